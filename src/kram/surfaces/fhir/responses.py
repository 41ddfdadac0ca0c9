"""QuestionnaireResponses <-> cases, by the linkIds of our questionnaire."""

from collections.abc import Iterator
from typing import Any

from kram.errors import KramError
from kram.finite import is_number
from kram.knowledge.entries import Finding
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids
from kram.records.units import Units
from kram.surfaces.fhir import naming
from kram.surfaces.fhir.naming import Json, coding, said
from kram.surfaces.fhir.questionnaire import AGE, COMPLETE, CONDITIONS, MEDICINES, PREGNANT, SEX, WEEKS

_READ = {"in-progress", "completed", "amended"}
_LISTS = (MEDICINES, CONDITIONS)
_OURS = ("kram", "kram-adaptive")  # whatever server they are kept on
_SEXES = ("female", "male", "unknown")


class ResponseError(KramError):
    """A response that cannot be read."""


class ResponseReader:
    """Answers of a form -> a case as `read_case` takes it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._units = Units(knowledge.records.conversions)

    def read(self, response: Json, strict: bool = True) -> Json:
        """Raises ResponseError. `strict`: every answer must be to a question of ours."""
        status = response.get("status")
        if not isinstance(status, str) or status not in _READ:
            raise ResponseError("fhir_response_status", status=str(response.get("status", "-")))
        asked = response.get("questionnaire")
        if isinstance(asked, str) and not asked.startswith("#") and asked.split("|")[0].split("/")[-1] not in _OURS:
            raise ResponseError("fhir_questionnaire_other", given=asked[:100], wanted=naming.QUESTIONNAIRE)
        case: Json = {"person": {}, "findings": {}, "medicines": [], "conditions": [], "labs": [], "complete": []}
        for link, values in _answers(response.get("item"), 0):
            self._take(link, values, case, strict)
        if WEEKS in case["person"]:
            weeks = case["person"].pop(WEEKS)
            if case["person"].get(PREGNANT) != "no":
                case["person"][PREGNANT] = weeks
        return {key: value for key, value in case.items() if value or key == "person"}

    def _take(self, link: str, values: list[Any], case: Json, strict: bool) -> None:
        finding = self._knowledge.findings.get(link)
        if link in (AGE, WEEKS):
            case["person"][link] = values[-1]
        elif link == SEX:
            case["person"][SEX] = self._one_of(link, values[-1], _SEXES)
        elif link == PREGNANT:
            answer = self._one_of(link, values[-1], ("yes", "no", "unknown"))
            if answer != "unknown":
                case["person"][PREGNANT] = answer
        elif link in _LISTS:
            case[link] += [_word(value) for value in values]
        elif link.endswith(COMPLETE) and link.removesuffix(COMPLETE) in _LISTS:
            if self._one_of(link, values[-1], ("yes", "no", "unknown")) == "yes":
                case["complete"].append(link.removesuffix(COMPLETE))
        elif finding is not None:
            self._finding(finding, values[-1], case)
        elif strict:
            raise ResponseError("fhir_item_unknown", link=link[:80])

    def _finding(self, finding: Finding, value: Any, case: Json) -> None:
        banded = isinstance(value, dict) and "value" not in value  # a level instead of a number
        if finding.form == "number" and finding.kind == "test":
            levels = (*level_ids(finding), "unknown")
            read = {"test": finding.id, "result": self._one_of(finding.id, value, levels)} if banded else None
            case["labs"].append(read or self._measured(finding, value))
        elif finding.form == "number" and not banded and not isinstance(value, str):
            case["findings"][finding.id] = self._measured(finding, value)["value"]
        else:
            known = level_ids(finding)
            groups = tuple(group.id for group in finding.groups)
            case["findings"][finding.id] = self._one_of(finding.id, value, (*known, *groups, "unknown"))

    def _measured(self, finding: Finding, value: Any) -> Json:
        """A bare number is in the finding's own unit; a Quantity brings its own."""
        if isinstance(value, dict):
            unit = str(value.get("code") or value.get("unit") or "")
            number = value.get("value")
            scale = self._units.scale(finding, unit) if unit else None
            if scale is None or not is_number(number):
                known = ", ".join(dict.fromkeys([str(finding.unit), *finding.units]))
                raise ResponseError("fhir_answer_unknown", link=finding.id, given=f"{number} {unit}"[:60], known=known)
            value = scale(float(number))
        return {"test": finding.id, "value": value, "unit": finding.unit}

    def _one_of(self, link: str, value: Any, known: tuple[str, ...]) -> str:
        word = {True: "yes", False: "no"}[value] if isinstance(value, bool) else _word(value)
        if word not in known:
            raise ResponseError("fhir_answer_unknown", link=link[:80], given=str(word)[:60], known=", ".join(known))
        return word


def _answers(items: Any, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """(linkId, values) of every item that is answered, nested ones too."""
    if not isinstance(items, list) or depth > 20:
        return
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("linkId"), str):
            continue
        answers = item.get("answer")
        answers = [answer for answer in answers if isinstance(answer, dict)] if isinstance(answers, list) else []
        values = [value for answer in answers for key, value in answer.items() if key.startswith("value")]
        if values:
            yield item["linkId"], values
        for answer in answers:
            yield from _answers(answer.get("item"), depth + 1)
        yield from _answers(item.get("item"), depth + 1)


def _word(value: Any) -> str:
    """The code of a coding, or the words typed."""
    if isinstance(value, dict):
        code = value.get("code") or value.get("display")
        return str(code) if code is not None else ""
    return str(value)


class ResponseWriter:
    """A case -> the items of a response, in the order of the questionnaire."""

    def __init__(self, knowledge: Knowledge, lang: str) -> None:
        self._knowledge = knowledge
        self._lang = lang

    def items(self, questions: list[Json], case: Json) -> list[Json]:
        found = []
        for question in questions:
            item: Json = {"linkId": question["linkId"]}
            if "text" in question:
                item["text"] = question["text"]
            inner = self.items(question.get("item", []), case)
            values = self._values(question["linkId"], question["type"], case)
            if values:
                item["answer"] = values
            if inner:
                item["item"] = inner
            if values or inner:
                found.append(item)
        return found

    def _values(self, link: str, kind: str, case: Json) -> list[Json]:
        person = case["person"]
        if link == AGE:
            return [{"valueInteger": int(person["age"])}] if "age" in person else []
        if link == SEX:
            words = {"female": "q_female", "male": "q_male", "unknown": "q_other_sex"}
            return [{"valueCoding": self._coding(person["sex"], said(words[person["sex"]]))}] if "sex" in person else []
        if link in (PREGNANT, WEEKS):
            return self._pregnancy(link, person.get(PREGNANT))
        if link == MEDICINES:
            entries = [(id, self._knowledge.medicines[id]) for id in case.get("medicines", [])]
            return [
                {"valueCoding": coding(naming.MEDICINES, id, dict(entry.name), self._lang)} for id, entry in entries
            ]
        findings = case.get("findings", {})
        if link == CONDITIONS:
            known = [self._knowledge.findings[id] for id, answer in findings.items() if answer == "yes"]
            return [
                {"valueCoding": coding(naming.FINDINGS, finding.id, dict(finding.name), self._lang)}
                for finding in known
                if finding.kind == "condition"
            ]
        for lab in case.get("labs", []):
            if lab["test"] == link:
                return [{"valueDecimal": round(lab["value"], 6)}]
        if link in findings and kind == "choice":
            return [{"valueCoding": self._answer(self._knowledge.findings[link], findings[link])}]
        return []

    def _pregnancy(self, link: str, given: Any) -> list[Json]:
        if given is None:
            return []
        if link == WEEKS:
            return [] if isinstance(given, str) else [{"valueInteger": int(given)}]
        answer = given if isinstance(given, str) else "yes"
        return [{"valueCoding": self._coding(answer, said(f"q_{answer}"))}]

    def _answer(self, finding: Finding, level: str) -> Json:
        for known in finding.levels:
            if known.id == level:
                return self._coding(level, dict(known.name))
        return self._coding(level, said(f"q_{level}"))

    def _coding(self, code: str, words: dict[str, str]) -> Json:
        return coding(naming.ANSWERS, code, words, self._lang)
