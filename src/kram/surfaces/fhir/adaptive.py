"""$next-question of SDC: the interview of kram, for any filler of adaptive forms. It keeps nothing between calls."""

import copy
from collections.abc import Iterator
from typing import Any

from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import read_case
from kram.assessment.interviewing import Step, next_step
from kram.surfaces.fhir import naming
from kram.surfaces.fhir.naming import Json, said, with_words
from kram.surfaces.fhir.narrative import share_line
from kram.surfaces.fhir.questionnaire import AGE, CONDITIONS, MEDICINES, PREGNANT, SEX, Form
from kram.surfaces.fhir.responses import ResponseError, ResponseReader
from kram.texts import catalogue

ADAPTIVE = f"{naming.SDC}/StructureDefinition/sdc-questionnaire-questionnaireAdaptive"
_STEPS = {MEDICINES: "medicines_list", CONDITIONS: "conditions_list"}
_SHOWN = 0.05


def adaptive_questionnaire(form: Form, where: str) -> Json:
    """What a filler finds: no items, and the word that this server asks them one by one."""
    found = form.questionnaire([], "kram-adaptive", naming.ADAPTIVE)
    found["extension"].append({"url": ADAPTIVE, "valueUrl": where})
    return found


class Adaptive:
    def __init__(self, assessor: Assessor, lang: str) -> None:
        self._assessor = assessor
        self._lang = lang
        self._form = Form(assessor.knowledge, lang)
        self._reader = ResponseReader(assessor.knowledge)

    def next(self, response: Json) -> Json:
        """The response with the next question in its contained Questionnaire, or completed. Raises ResponseError."""
        response = copy.deepcopy(response)
        questionnaire = self._contained(response)
        asked = set(_links(questionnaire.get("item")))
        if AGE not in asked:
            person = self._form.person()
            person["item"] = person["item"][:2]
            return self._with(response, questionnaire, [person])
        case = self._reader.read({**response, "status": "in-progress", "questionnaire": "#"}, strict=False)
        for link in (AGE, SEX):
            if link not in case["person"]:
                raise ResponseError("fhir_answer_missing", link=link)
        answers = read_case(case, self._assessor.lookup, "QuestionnaireResponse")
        step = next_step(self._assessor, answers, self._asked(asked))
        if step.kind == "done":
            return self._done(response, questionnaire, answers)
        return self._with(response, questionnaire, self._items(step))

    def _contained(self, response: Json) -> Json:
        """The Questionnaire inside, made where there is none; both point at each other."""
        contained = response.setdefault("contained", [])
        if not isinstance(contained, list):
            raise ResponseError("fhir_wrong_shape", where="contained", wanted="[Questionnaire]")
        found: Json | None = next(
            (inner for inner in contained if isinstance(inner, dict) and inner.get("resourceType") == "Questionnaire"),
            None,
        )
        if found is None:
            found = {"resourceType": "Questionnaire", "id": "kram-next"}
            contained.append(found)
        _refuse_other_shapes(found)
        found.setdefault("id", "kram-next")
        whole = self._form.questionnaire([])
        for key in ("language", "title", "_title", "status", "subjectType"):
            if key in whole:
                found.setdefault(key, whole[key])
        found.setdefault("extension", [{"url": ADAPTIVE, "valueBoolean": True}])
        found.setdefault("derivedFrom", [naming.ADAPTIVE])
        response["questionnaire"] = f"#{found['id']}"
        return found

    def _asked(self, links: set[str]) -> frozenset[str]:
        """linkIds -> what the interview calls them: findings, lists of the screen, and the two lists of names."""
        found = set(links)
        found |= {name for name in _STEPS if name in links}
        if PREGNANT in links:
            found.add("pregnancy")
        return frozenset(found)

    def _items(self, step: Step) -> list[Json]:
        if step.kind == "pregnancy":
            pregnant, weeks = self._form.pregnancy()
            for key in ("enableWhen", "enableBehavior"):
                pregnant.pop(key, None)
            return [pregnant, weeks]
        if step.kind == "screen" and step.ticks is not None:
            return [self._form.ticks(step.ticks, step.findings)]
        if step.kind == "medicines":
            return [self._form.medicines()]
        if step.kind == "conditions":
            return [self._form.conditions()]
        assert step.finding is not None
        return [self._form.finding(step.finding, free=True)]

    def _with(self, response: Json, questionnaire: Json, items: list[Json]) -> Json:
        questionnaire.setdefault("item", []).extend(items)
        response["status"] = "in-progress"
        return response

    def _done(self, response: Json, questionnaire: Json, answers: Answers) -> Json:
        """Completed, with what kram thinks as text to read."""
        assessment = self._assessor.assess(answers, self._lang)
        words = catalogue(self._lang)
        lines = [assessment.urgency_text, *(f"{flag.name}: {flag.text}" for flag in assessment.red_flags)]
        lines += [
            share_line(words, cause.name, cause.share, cause.share_interval)
            for cause in assessment.causes
            if cause.share >= _SHOWN
        ]
        lines.append(assessment.notice)
        group = with_words({"linkId": "result"}, "text", said("q_result"), self._lang) | {"type": "group"}
        group["item"] = [
            {"linkId": f"result_{index}", "text": line, "type": "display"} for index, line in enumerate(lines)
        ]
        questionnaire.setdefault("item", []).append(group)
        response["status"] = "completed"
        return response


def _refuse_other_shapes(questionnaire: Json) -> None:
    """What is added to later must be what R4 says it is. Raises ResponseError."""
    if not isinstance(questionnaire.get("item", []), list):
        raise ResponseError("fhir_wrong_shape", where="contained[0].item", wanted="[{linkId, type, text}]")


def _links(items: Any) -> Iterator[str]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            if isinstance(item.get("linkId"), str):
                yield item["linkId"]
            yield from _links(item.get("item"))
