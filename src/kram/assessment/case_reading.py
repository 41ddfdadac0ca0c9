"""A case as people write it (YAML, JSON, a form) -> Answers.

What is not understood is listed and the rest is read; what cannot be right is refused with one sentence.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, Literal, TypeVar

import yaml

from kram import plain_yaml
from kram.assessment.answers import Answers, NotUnderstood
from kram.assessment.matching import Standing
from kram.assessment.responding import responded
from kram.assessment.response_reading import read_responses
from kram.errors import CaseError
from kram.finite import is_number
from kram.knowledge.entries import Finding
from kram.knowledge.ladders import level_ids, reference, worse
from kram.knowledge.lookup import Lookup, plain
from kram.knowledge.rules import Rule
from kram.model.evidence import Evidence, Levels
from kram.texts import catalogue, languages

Sex = Literal["female", "male", "unknown"]
Meaning = TypeVar("Meaning", bound=str)
PREGNANCY = "pregnancy"
LISTS = ("conditions", "medicines", "findings")
UNNAMED = {"expect", "id", "note"}  # of files with a known answer
KEYS = {"person", "complaint", *LISTS, "complete", "labs", "responses", *UNNAMED}
PERSON_KEYS = {"age", "sex", "pregnant"}
LAB_KEYS = {"test", "loinc", "value", "unit", "result"}


def parse_case(text: str, file: str) -> dict[str, Any]:
    """YAML or JSON text -> mapping. Raises CaseError."""
    try:
        raw = plain_yaml.load(text)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise CaseError("case_not_yaml", file=file, line=mark.line + 1 if mark else 1) from fault
    except (ValueError, RecursionError) as fault:  # a date that is none, nesting without end
        raise CaseError("case_not_yaml", file=file, line=1) from fault
    if not isinstance(raw, dict):
        raise CaseError("case_not_mapping", file=file)
    return raw


def read_case(raw: Mapping[str, Any], lookup: Lookup, file: str = "") -> Answers:
    """Raises CaseError for what cannot be right."""
    return _Reader(raw, lookup, file).answers()


class _Reader:
    def __init__(self, raw: Mapping[str, Any], lookup: Lookup, file: str) -> None:
        self.raw = raw
        self.lookup = lookup
        self.findings = lookup.knowledge.findings
        self.settings = lookup.knowledge.settings
        self.file = file
        self.levels: dict[str, Levels] = {}
        self.values: dict[str, float] = {}
        self.medicines: dict[str, tuple[str, ...]] = {}
        self.given: list[str] = []
        self.unclear: list[NotUnderstood] = []

    def answers(self) -> Answers:
        for key in self.raw:
            if key not in KEYS:
                raise self._fault(
                    "key_unknown", place=str(key), known=", ".join(sorted(KEYS - {"expect", "id", "note"}))
                )
        age, sex = self._person()
        self._conditions()
        self._medicines()
        self._findings()
        self._labs()
        complete = self._complete()
        self._leave_out_what_does_not_apply(age, sex)
        responses, strange = read_responses(self._list("responses"), self.lookup.knowledge, self.file or "-")
        self.unclear += strange
        evidence = Evidence(age, sex, dict(self.levels))
        answers = Answers(
            evidence, self.values, self.medicines, tuple(dict.fromkeys(self.given)), complete, tuple(self.unclear)
        )
        return responded(answers, responses, self.lookup.knowledge) if responses else answers

    def _leave_out_what_does_not_apply(self, age: float, sex: Sex) -> None:
        """A finding that is never asked of such a person is normal in them: no man is pregnant, no adult a child."""
        standing = Standing(self.lookup.knowledge, Answers(Evidence(age, sex, self.levels), self.values))
        never = _never_asked(self.lookup, age, sex)
        for finding, by_person_alone in self.lookup.conditional:
            if finding.id not in self.levels:
                not_asked = finding.id in never if by_person_alone else standing.holds(_rule(finding)) is False
                if not_asked:
                    self.levels[finding.id] = frozenset({reference(finding)})

    def _fault(self, key: str, **values: Any) -> CaseError:
        return CaseError(key, file=self.file or "-", **values)

    def _list(self, key: str) -> list[Any]:
        items = self.raw.get(key)
        if items is None:
            return []
        if not isinstance(items, list):
            raise self._fault("not_a_list", place=key)
        return items

    # the person

    def _person(self) -> tuple[float, Sex]:
        person = self.raw.get("person")
        if not isinstance(person, dict):
            raise self._fault("person_missing")
        for key in person:
            if key not in PERSON_KEYS:
                raise self._fault("key_unknown", place=f"person.{key}", known=", ".join(sorted(PERSON_KEYS)))
        age = person.get("age")
        youngest, oldest = self.settings.plausible_age
        if not is_number(age) or not youngest <= age <= oldest:
            raise self._fault("age_wrong", given=_shown(age), oldest=int(oldest))
        sex = self._sex(person.get("sex"))
        if "pregnant" in person and person["pregnant"] is not None:
            self._pregnant(person["pregnant"], sex, float(age))
        return float(age), sex

    def _sex(self, given: Any) -> Sex:
        sex = _sexes().get(plain(str(given)) if given is not None else "")
        if sex is None:
            raise self._fault("sex_wrong", given=_shown(given))
        return sex

    def _pregnant(self, given: Any, sex: str, age: float) -> None:
        finding = self.findings.get(PREGNANCY)
        if finding is None:  # a knowledge that does not speak of it
            self.unclear.append(NotUnderstood(_shown(given), "person.pregnant"))
            return
        none, *stages = level_ids(finding)
        answer = None if is_number(given) else _yes_no(given)
        if answer == "unknown":
            return
        if answer == "no" or (is_number(given) and given == 0):
            self._answer(PREGNANCY, frozenset({none}))
            return
        low, high = finding.plausible or (0.0, 44.0)
        if answer is None and not (is_number(given) and low < given <= high):
            raise self._fault("pregnant_wrong", given=_shown(given), most=int(high))
        if sex == "male":
            raise self._fault("pregnant_man")
        first, last = self.settings.fertile_age
        if not first <= age <= last:
            raise self._fault("pregnant_age", age=int(age))
        if answer == "yes":
            self._answer(PREGNANCY, frozenset(stages))
        else:
            self.values["weeks"] = float(given)
            self._answer(PREGNANCY, frozenset({_band(finding, float(given))}))

    # lists of names

    def _conditions(self) -> None:
        for index, given in enumerate(self._list("conditions")):
            place = f"conditions[{index}]"
            name = self._name(given, place)
            id = self.lookup.condition(name)
            if id is None:
                self.unclear.append(NotUnderstood(name, place, self.lookup.conditions.nearest(name)))
            else:
                self._answer(id, frozenset({"yes"}))

    def _medicines(self) -> None:
        for index, given in enumerate(self._list("medicines")):
            place = f"medicines[{index}]"
            name = self._name(given, place)
            id = self.lookup.medicine(name)
            if id is None:
                self.unclear.append(NotUnderstood(name, place, self.lookup.medicines.nearest(name)))
            else:
                self._take(id, id)

    def _take(self, id: str, given: str) -> None:
        """A combination acts as its parts do; `given` is what the person named."""
        medicine = self.lookup.knowledge.medicines[id]
        for finding in medicine.acts_as:
            self._answer(finding, frozenset({"yes"}))
            self.medicines[finding] = tuple(dict.fromkeys((*self.medicines.get(finding, ()), given)))
        for component in medicine.components:
            self._take(component, given)

    def _name(self, given: Any, place: str) -> str:
        if not isinstance(given, str) or not given.strip():
            raise self._fault("not_a_name", place=place, given=_shown(given))
        return given.strip()

    # findings and laboratory values

    def _findings(self) -> None:
        findings = self.raw.get("findings")
        if findings is None:
            return
        if not isinstance(findings, dict):
            raise self._fault("not_a_mapping", place="findings")
        for key, given in findings.items():
            name, place = str(key), f"findings.{key}"
            id = name if name in self.findings else self.lookup.findings.find(name)
            if id is None:
                self.unclear.append(NotUnderstood(name, place, self.lookup.findings.nearest(name)))
                continue
            self._finding(self.findings[id], given, place)

    def _finding(self, finding: Finding, given: Any, place: str, at_least: bool = False) -> None:
        """at_least: a word of a laboratory report ("low") does not say that it is not lower still."""
        if given is None or _yes_no(given) == "unknown":
            return
        if finding.form == "number" and is_number(given):
            self._measure(finding, float(given), place)
            return
        if finding.form == "yes_no" and (answer := _yes_no(given)) is not None:
            self._answer(finding.id, frozenset({answer}))
            return
        levels = self.lookup.level(finding, _word(given))
        if levels is None and finding.form != "yes_no":
            levels = _plain_yes_no(finding, given)
        if levels is None:
            known = ", ".join(level_ids(finding)) if finding.form != "yes_no" else "yes, no"
            self.unclear.append(NotUnderstood(_shown(given), place, tuple(known.split(", "))))
            return
        self._answer(finding.id, frozenset(worse(finding, tuple(levels))) if at_least else levels)

    def _measure(self, finding: Finding, value: float, place: str) -> None:
        low, high = finding.plausible or (-math.inf, math.inf)
        if not math.isfinite(value) or not low <= value <= high:
            raise self._fault(
                "value_impossible",
                place=place,
                test=finding.id,
                given=_shown(value),
                unit=finding.unit,
                low=low,
                high=high,
            )
        if finding.id in self.values and self.values[finding.id] != value:
            raise self._fault("value_twice", place=place, test=finding.id)
        self.values[finding.id] = value
        self._answer(finding.id, frozenset({_band(finding, value)}))

    def _labs(self) -> None:
        for index, lab in enumerate(self._list("labs")):
            place = f"labs[{index}]"
            if not isinstance(lab, dict):
                raise self._fault("lab_wrong", place=place)
            for key in lab:
                if key not in LAB_KEYS:
                    raise self._fault("key_unknown", place=f"{place}.{key}", known=", ".join(sorted(LAB_KEYS)))
            finding = self._test(lab, place)
            if finding is not None:
                self._lab(finding, lab, place)

    def _test(self, lab: Mapping[str, Any], place: str) -> Finding | None:
        given = lab.get("test", lab.get("loinc"))
        name = self._name(str(given) if given is not None else "", f"{place}.test")
        id = self.lookup.loinc.get(name) if "test" not in lab else self.lookup.test(name)
        if id is None:
            self.unclear.append(NotUnderstood(name, f"{place}.test", self.lookup.tests.nearest(name)))
            return None
        return self.findings[id]

    def _lab(self, finding: Finding, lab: Mapping[str, Any], place: str) -> None:
        if "result" in lab:
            self._finding(finding, lab["result"], f"{place}.result", at_least=True)
            return
        value = lab.get("value")
        if finding.form != "number":
            self._finding(finding, value, f"{place}.value")
            return
        if not is_number(value):
            raise self._fault("lab_value_wrong", place=f"{place}.value", test=finding.id, given=_shown(value))
        unit = lab.get("unit", finding.unit)
        factor = 1.0 if _unit(unit) == _unit(finding.unit) else _factor(finding.units, unit)
        if factor is None:
            known = tuple(dict.fromkeys([str(finding.unit), *finding.units]))
            self.unclear.append(NotUnderstood(f"{value} {unit}", f"{place}.unit", known))
            return
        self._measure(finding, float(value) * factor, f"{place}.value")

    # the end

    def _complete(self) -> frozenset[str]:
        lists = self._list("complete")
        for index, name in enumerate(lists):
            if name not in LISTS:
                raise self._fault(
                    "complete_wrong", place=f"complete[{index}]", given=_shown(name), known=", ".join(LISTS)
                )
        kinds = {
            "conditions": lambda f: f.kind == "condition",
            "medicines": lambda f: f.kind == "medicine",
            "findings": lambda f: f.kind == "question" and f.form == "yes_no",
        }
        for name in lists:
            wanted: Callable[[Finding], bool] = kinds[name]
            for finding in self.findings.values():
                if wanted(finding) and finding.id not in self.levels:
                    self.levels[finding.id] = frozenset({"no"})
        return frozenset(lists)

    def _answer(self, id: str, levels: Levels) -> None:
        before = self.levels.get(id)
        if before is not None and not before & levels:
            raise self._fault("contradiction", finding=id, one=", ".join(sorted(before)), two=", ".join(sorted(levels)))
        self.levels[id] = levels if before is None else before & levels
        self.given.append(id)


def _band(finding: Finding, value: float) -> str:
    return next(level.id for level in finding.levels if level.below is None or value < level.below)


@cache
def _answer_words() -> dict[str, str]:
    return _words({answer: f"words_answer_{answer}" for answer in ("yes", "no", "unknown")})


@cache
def _sexes() -> dict[str, Sex]:
    sexes: tuple[Sex, ...] = ("female", "male", "unknown")
    return _words({sex: f"words_{sex}" for sex in sexes})


def _words(keys: Mapping[Meaning, str]) -> dict[str, Meaning]:
    """Every word of every language -> what it means; `keys`: meaning -> its entry in the catalogues."""
    found: dict[str, Meaning] = {}
    for meaning, key in keys.items():
        for word in (word for lang in languages() for word in catalogue(lang).words(key)):
            found.setdefault(plain(word) or word, meaning)
    return found


@lru_cache(maxsize=4096)
def _never_asked(lookup: Lookup, age: float, sex: Sex) -> frozenset[str]:
    """Findings that nobody of this age and sex is asked about."""
    standing = Standing(lookup.knowledge, Answers(Evidence(age, sex, {})))
    return frozenset(
        finding.id
        for finding, by_person_alone in lookup.conditional
        if by_person_alone and standing.holds(_rule(finding)) is False
    )


def _rule(finding: Finding) -> Rule:
    assert finding.asked_if is not None
    return finding.asked_if


def _word(given: Any) -> str:
    return {True: "yes", False: "no"}.get(given, str(given)) if isinstance(given, bool) else str(given)


def _yes_no(given: Any) -> str | None:
    """yes, no or unknown, in any language; None: something else."""
    return _answer_words().get(plain(_word(given)) or _word(given).strip())


def _plain_yes_no(finding: Finding, given: Any) -> Levels | None:
    """A bare yes to a graded question is any level but the normal one; a bare no is the normal one."""
    ids = level_ids(finding)
    if finding.form == "choice":
        return None
    normal = finding.reference or ids[0]
    match _yes_no(given):
        case "yes" if finding.reference in (None, ids[0]):
            return frozenset(ids) - {normal}
        case "no":
            return frozenset({normal})
    return None


def _unit(unit: Any) -> str:
    return _plain_unit(str(unit))


@lru_cache(maxsize=1024)
def _plain_unit(unit: str) -> str:
    return unit.strip().casefold().replace("µ", "u").replace("μ", "u").replace(" ", "")


def _factor(units: Mapping[str, float], unit: Any) -> float | None:
    return next((factor for name, factor in units.items() if _unit(name) == _unit(unit)), None)


def _shown(given: Any) -> str:
    """Short enough for a sentence."""
    text = _word(given) if given is not None else "-"
    return text if len(text) <= 40 else text[:37] + "..."
