"""The way through: a journey, the page it stands on and the button pressed -> the next page."""

from dataclasses import dataclass, field
from typing import Any

from kram.assessment import urgency as urgencies
from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import PREGNANCY, read_case
from kram.assessment.interviewing import Step, next_step
from kram.errors import KramError
from kram.knowledge.entries import RedFlag
from kram.surfaces.pages.forms import Form
from kram.surfaces.web import result_page, step_page
from kram.surfaces.web.answering import LEAVE, Outcome, answer
from kram.surfaces.web.journey import BrokenPageError, Journey
from kram.surfaces.web.telling_answers import FORGET

PERSON, CLINIC, URGENT, FLAG, RESULT, DOCTOR = "person", "clinic", "urgent", "flag", "result", "doctor"
_PLACES = {PERSON, PREGNANCY, "medicines", "conditions", CLINIC, URGENT, FLAG, RESULT, DOCTOR}


@dataclass(frozen=True)
class View:
    """A template and what stands in it. `at`: the page's own name, which it sends back."""

    template: str
    at: str
    values: dict[str, Any] = field(default_factory=dict)
    status: int = 200


class Way:
    """Every decision of the way through. Pure: a journey goes in with the form, a view comes out."""

    def __init__(self, assessor: Assessor) -> None:
        self.assessor = assessor
        self.knowledge = assessor.knowledge
        self.lookup = assessor.lookup

    def first(self, journey: Journey, at: str, lang: str) -> View:
        return self._show(journey, at, lang)

    def walk(self, journey: Journey, at: str, do: str, form: Form, lang: str) -> View:
        """Raises KramError where the answers together cannot be used."""
        if not self._known(at):
            raise BrokenPageError("web_page_broken")
        journey.asked = [step for step in journey.asked if self._known(step)]
        if do == "stay":  # another language: what was typed stays as it was typed
            return self._show(journey, at, lang, form)
        if do == "back":
            answer(journey, at, form, self.lookup, LEAVE)
            return self._show(journey, journey.before(at) or PERSON, lang)
        if do.startswith(FORGET):
            answer(journey, at, form, self.lookup, LEAVE)
            journey.leave_out(do.removeprefix(FORGET))
            return self._show(journey, at, lang)
        if do.startswith("edit:"):
            answer(journey, at, form, self.lookup, LEAVE)
            return self._show(journey, self._checked(do.removeprefix("edit:")), lang)
        outcome = answer(journey, at, form, self.lookup, do)
        if do == RESULT and at in self.knowledge.findings and not form.get(f"f.{at}") and not form.get(f"lab.{at}"):
            outcome = Outcome()  # the question is left open
        if not outcome.fine:
            return self._show(journey, at, lang, form, outcome)
        if at not in (URGENT, FLAG, RESULT, DOCTOR):
            journey.put(at)
        if do in (RESULT, DOCTOR) or (at in (RESULT, DOCTOR) and do != "more"):
            return self._flag_first(journey, DOCTOR if do == DOCTOR else RESULT, lang)
        return self._onward(journey, lang)

    def answers(self, journey: Journey) -> Answers:
        return read_case(journey.case, self.lookup)

    def flags(self, journey: Journey) -> list[RedFlag]:
        if "person" not in journey.case:
            return urgencies.flags_of_anyone(self.knowledge, journey.findings)
        return urgencies.flags_met(self.assessor.standing(self.answers(journey)))

    # the next page

    def _onward(self, journey: Journey, lang: str) -> View:
        new = [flag for flag in self.flags(journey) if flag.id not in journey.seen]
        if new:
            return self._flagged(journey, new, lang)
        if "person" not in journey.case:
            return self._show(journey, PERSON, lang)
        answers = self.answers(journey)
        asked = frozenset(journey.asked)
        if journey.clinic and CLINIC not in asked and {"medicines", "conditions"} <= asked:
            return self._show(journey, CLINIC, lang)
        step = next_step(self.assessor, answers, asked, journey.clinic)
        match step.kind:
            case "screen":
                assert step.ticks is not None
                return self._show(journey, step.ticks.id, lang)
            case "question":
                return self._question(journey, step, lang)
            case "done":
                return self._show(journey, RESULT, lang)
        return self._show(journey, step.kind, lang)

    def _flag_first(self, journey: Journey, at: str, lang: str) -> View:
        new = [flag for flag in self.flags(journey) if flag.id not in journey.seen]
        return self._flagged(journey, new, lang, after=at) if new else self._show(journey, at, lang)

    def _flagged(self, journey: Journey, new: list[RedFlag], lang: str, after: str = "") -> View:
        journey.seen += [flag.id for flag in new]
        return View("flag.html", FLAG, step_page.flag_values(self.knowledge, journey, new, lang) | {"after": after})

    def _question(self, journey: Journey, step: Step, lang: str) -> View:
        assert step.finding is not None
        journey.doubt[step.finding.id] = round(step.uncertainty or 0.0, 3)
        return self._show(journey, step.finding.id, lang, left=step.left)

    def _known(self, at: str) -> bool:
        return at in _PLACES or at in self.knowledge.screen or at in self.knowledge.findings

    def _checked(self, at: str) -> str:
        if not self._known(at):
            raise BrokenPageError("web_page_broken")
        return at

    # one page

    def _show(
        self,
        journey: Journey,
        at: str,
        lang: str,
        form: Form | None = None,
        outcome: Outcome | None = None,
        left: int | None = None,
    ) -> View:
        outcome = outcome or Outcome()
        status = 200 if outcome.fine else 422
        if at == FLAG:
            flags = self.flags(journey)
            return View("flag.html", at, step_page.flag_values(self.knowledge, journey, flags, lang) | {"after": ""})
        if at in (RESULT, DOCTOR):
            if "person" not in journey.case:
                return self._show(journey, PERSON, lang)
            assessment = self.assessor.assess(self.answers(journey), lang)
            values = result_page.result_values(self.assessor, self.answers(journey), assessment, journey, form)
            return View(f"{at}.html", at, values | {"problems": outcome.errors}, status)
        standing = self.assessor.standing(self.answers(journey)) if "person" in journey.case else None
        values = step_page.step_values(self.lookup, journey, at, lang, form, outcome, standing)
        values |= {"problems": outcome.errors, "left": left, "banner": self._banner(journey)}
        return View(values.pop("template"), at, values, status)

    def _banner(self, journey: Journey) -> list[RedFlag]:
        try:
            return [flag for flag in self.flags(journey) if flag.id in journey.seen]
        except KramError:
            return []
