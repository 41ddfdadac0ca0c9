"""The interview in the terminal: numbers and words, back, don't know, stop; a red flag interrupts at once."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import yaml

from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import PREGNANCY, read_case
from kram.assessment.interviewing import Step, next_step
from kram.errors import CaseError
from kram.knowledge.entries import Finding
from kram.knowledge.ladders import level_ids
from kram.texts import catalogue

BACK, STOP, UNKNOWN = "b", "s", "?"


class Stopped(Exception):
    """The person wants the result now, or the input has ended."""


@dataclass
class Talk:
    """The case so far, and what it was before each question (to go back)."""

    case: dict[str, Any] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    past: list[tuple[dict[str, Any], frozenset[str]]] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def put(self, key: str, **parts: Any) -> None:
        """One question answered: remember what was, then change the parts of the case."""
        self.past.append((self.case, self.asked))
        merged = dict(self.case)
        for part, value in parts.items():
            before = merged.get(part)
            if isinstance(value, dict):
                merged[part] = {**(before or {}), **value}
            elif isinstance(value, list):
                merged[part] = [*(before or []), *value]
        self.case, self.asked = merged, self.asked | {key}

    def back(self) -> bool:
        if not self.past:
            return False
        self.case, self.asked = self.past.pop()
        return True


class Interview:
    def __init__(self, assessor: Assessor, lang: str, clinic: bool) -> None:
        self.assessor = assessor
        self.lang = lang
        self.clinic = clinic
        self.words = catalogue(lang)
        self.talk = Talk()

    def run(self) -> Answers | None:
        """Ask until nothing is worth asking, or until the person stops. None: stopped before there was a person."""
        self._say("interview_start")
        try:
            while True:
                if not self._step():
                    break
        except (Stopped, EOFError, click.Abort):
            click.echo()
            self._say("interview_end")
        return self._answers() if "person" in self.talk.case else None

    def save(self) -> None:
        """Offer to keep the case file. Never overwrites."""
        while True:
            name = self._read("interview_save").strip()
            if not name:
                return
            try:
                with Path(name).open("x", encoding="utf-8") as stream:
                    yaml.safe_dump(self.talk.case, stream, allow_unicode=True, sort_keys=False)
            except FileExistsError:
                self._say("interview_exists", file=name)
            except OSError as fault:
                self._say("interview_not_saved", file=name, problem=fault.strerror)
            else:
                self._say("interview_saved", file=name)
                return

    def _step(self) -> bool:
        """One question. False when there is nothing left to ask."""
        if "person" not in self.talk.case:
            self._person()
            return True
        step = next_step(self.assessor, self._answers(), self.talk.asked, self.clinic)
        self._flags(step)
        match step.kind:
            case "pregnancy":
                self._pregnancy()
            case "screen":
                self._ticks(step)
            case "medicines" | "conditions":
                self._names(step.kind)
            case "question":
                self._question(step)
            case "done":
                return False
        return True

    # the questions

    def _person(self) -> None:
        """Age and sex belong together: without both there is no case."""
        while True:
            given = self._ask("interview_age")
            if given in (BACK, UNKNOWN):
                self._say("interview_back_none" if given == BACK else "answer_age", given=given)
                continue
            try:
                age: float = float(given.replace(",", "."))
                read_case({"person": {"age": age, "sex": "unknown"}}, self.assessor.lookup)
            except (ValueError, CaseError):
                self._say("answer_age", given=given)
                continue
            break
        names = [self.words.words(f"words_{sex}")[0] for sex in ("female", "male", "unknown")]
        while True:
            choice = self._choose("interview_sex", names)
            if choice is not None:
                sex = ("female", "male", "unknown")[choice]
                self.talk.put("person", person={"age": int(age) if age == int(age) else age, "sex": sex})
                return

    def _pregnancy(self) -> None:
        while True:
            given = self._ask("interview_pregnant")
            if self._went_back(given):
                return
            try:
                week: Any = int(given) if given.isdigit() else given
                read_case({"person": {**self.talk.case["person"], "pregnant": week}}, self.assessor.lookup)
            except CaseError as fault:
                click.echo(fault.sentence(self.lang))
                continue
            self.talk.put(PREGNANCY, person={"pregnant": week})
            return

    def _ticks(self, step: Step) -> None:
        assert step.ticks is not None
        for number, finding in enumerate(step.findings, 1):
            click.echo(f"  {number}. {finding.name[self.lang]}")
        while True:
            given = self._ask("interview_list", title=step.ticks.title[self.lang])
            if self._went_back(given):
                return
            if given == UNKNOWN:
                self.talk.put(step.ticks.id)
                return
            parts = [] if given.lower() == "n" else given.replace(",", " ").split()
            if all(part.isdigit() and 1 <= int(part) <= len(step.findings) for part in parts) and (parts or given):
                ticked = {int(part) - 1 for part in parts}
                answers = {f.id: "yes" if index in ticked else "no" for index, f in enumerate(step.findings)}
                self.talk.put(step.ticks.id, findings=answers)
                return
            self._say("answer_list", given=given)

    def _names(self, kind: str) -> None:
        """Medicines or diseases by name; what is not understood is offered again, never dropped."""
        given = self._ask(f"interview_{kind}")
        if self._went_back(given):
            return
        if given == UNKNOWN:
            self.talk.put(kind)
            return
        names = [] if given.lower() == "n" else [name.strip() for name in given.split(",") if name.strip()]
        kept: list[str] = []
        for name in names:
            kept += self._clear(kind, name)
        self.talk.put(kind, **{kind: kept, "complete": [kind]})

    def _clear(self, kind: str, name: str) -> list[str]:
        """The name if it is understood, or another that the person gives for it."""
        find = self.assessor.lookup.medicine if kind == "medicines" else self.assessor.lookup.condition
        index = self.assessor.lookup.medicines if kind == "medicines" else self.assessor.lookup.conditions
        while find(name) is None:
            self._say("interview_unclear", given=name)
            near = index.nearest(name)
            again = self._ask("interview_offer", names=", ".join(near)) if near else ""
            if not again or again in (BACK, UNKNOWN) or again.lower() == "n":
                return [name]
            name = again
        return [name]

    def _question(self, step: Step) -> None:
        finding = step.finding
        assert finding is not None
        if step.uncertainty is not None:
            self._say("interview_progress", bits=self.words.figure(step.uncertainty, 2), left=step.left)
        question = (finding.question or finding.name)[self.lang]
        if finding.why:
            self._say("interview_why", why=finding.why[self.lang])
        if finding.form == "number" and finding.unit:
            self._number(finding, question)
            return
        names = [level.name[self.lang] for level in finding.levels] or [self.words.say("yes"), self.words.say("no")]
        ids = list(level_ids(finding)) if finding.levels else ["yes", "no"]
        choice = self._choose_text(question, names)
        if choice == BACK:
            return
        if choice is None:
            self.talk.put(finding.id)
        else:
            self.talk.put(finding.id, findings={finding.id: ids[int(choice)]})

    def _number(self, finding: Finding, question: str) -> None:
        while True:
            given = self._prompt(f"{question} [{self.words.unit(finding.unit)}]")
            if self._went_back(given):
                return
            if given == UNKNOWN:
                self.talk.put(finding.id)
                return
            try:
                value = float(given.replace(",", "."))
                read_case({**self.talk.case, "findings": {finding.id: value}}, self.assessor.lookup)
            except ValueError:
                self._say("answer_choice", given=given)
                continue
            except CaseError as fault:
                click.echo(fault.sentence(self.lang))
                continue
            self.talk.put(finding.id, findings={finding.id: value})
            return

    # how to ask

    def _choose(self, key: str, names: list[str]) -> int | None:
        choice = self._choose_text(self.words.say(key), names)
        return None if choice is None or choice == BACK else int(choice)

    def _choose_text(self, question: str, names: list[str]) -> str | None:
        """The index as text, BACK when the talk went back, None for don't know."""
        for number, name in enumerate(names, 1):
            click.echo(f"  {number}. {name}")
        while True:
            given = self._prompt(question)
            if given == UNKNOWN:
                return None
            if self._went_back(given):
                return BACK
            if given.isdigit() and 1 <= int(given) <= len(names):
                return str(int(given) - 1)
            matches = [index for index, name in enumerate(names) if name.lower().startswith(given.lower())]
            if given and len(matches) == 1:
                return str(matches[0])
            self._say("answer_choice", given=given)

    def _went_back(self, given: str) -> bool:
        if given != BACK:
            return False
        if not self.talk.back():
            self._say("interview_back_none")
        return True

    def _ask(self, key: str, **values: Any) -> str:
        return self._prompt(self.words.say(key, **values))

    def _prompt(self, question: str) -> str:
        """Raises Stopped when the person stops or the input ends."""
        click.echo(question)
        given = self._line()
        if given.lower() == STOP:
            raise Stopped
        return BACK if given.lower() == BACK else given

    def _read(self, key: str) -> str:
        self._say(key)
        try:
            return self._line()
        except Stopped:
            return ""

    @staticmethod
    def _line() -> str:
        try:
            return input("> ").strip()
        except (EOFError, KeyboardInterrupt) as end:
            raise Stopped from end

    def _flags(self, step: Step) -> None:
        """A red flag interrupts as soon as it is met; each one once."""
        for flag in step.flags:
            if flag.id not in self.talk.shown:
                self.talk.shown.add(flag.id)
                words = self.words.say("interview_flag", text=f"{flag.name[self.lang]}. {flag.text[self.lang]}")
                click.echo(click.style(words, bold=True, fg="red"))

    def _answers(self) -> Answers:
        return read_case(self.talk.case, self.assessor.lookup)

    def _say(self, key: str, **values: Any) -> None:
        click.echo(self.words.say(key, **values))
