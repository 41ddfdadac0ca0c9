"""The Questionnaire, generated from the knowledge: one question for everything that kram can be told."""

from collections.abc import Iterable, Iterator

from kram import __version__
from kram.assessment.case_reading import PREGNANCY
from kram.knowledge.entries import Finding, TickList
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.rules import Compare, Rule, Some
from kram.knowledge.rules import Fact as FactRule
from kram.surfaces.fhir import naming
from kram.surfaces.fhir.naming import Json, coding, said, with_words

AGE, SEX, PREGNANT, WEEKS = "age", "sex", "pregnant", "weeks"
MEDICINES, CONDITIONS = "medicines", "conditions"
COMPLETE = "_complete"
_FHIRPATH_AGE = (
    "iif(%patient.birthDate.exists(), today().toString().substring(0, 4).toInteger()"
    " - %patient.birthDate.toString().substring(0, 4).toInteger()"
    " - iif(today().toString().substring(5) < %patient.birthDate.toString().substring(5), 1, 0), {})"
)


class Form:
    """Items of the Questionnaire in one language, with the others as translations."""

    def __init__(self, knowledge: Knowledge, lang: str) -> None:
        self.knowledge = knowledge
        self.lang = lang

    def questionnaire(self, items: list[Json], id: str = "kram", url: str = naming.QUESTIONNAIRE) -> Json:
        found: Json = {
            "resourceType": "Questionnaire",
            "id": id,
            "language": self.lang,
            "extension": [
                {
                    "url": f"{naming.SDC}/StructureDefinition/sdc-questionnaire-launchContext",
                    "extension": [
                        {
                            "url": "name",
                            "valueCoding": {"system": f"{naming.SDC}/CodeSystem/launchContext", "code": "patient"},
                        },
                        {"url": "type", "valueCode": "Patient"},
                    ],
                }
            ],
            "url": url,
            "version": f"{__version__}-{self.knowledge.fingerprint}",
            "name": "KramLegCramps",
        }
        with_words(found, "title", said("q_title"), self.lang)
        found |= {"status": "active", "subjectType": ["Patient"]}
        with_words(found, "description", dict(self.knowledge.settings.notice), self.lang)
        if items:
            found["item"] = items
        return found

    def whole(self) -> Json:
        placed: set[str] = set()  # a finding may stand in two lists; a form asks it once
        groups = [self.person(), *self.lists(True, placed), self.medicines(), self.conditions()]
        groups += self.lists(False, placed)
        for key, kinds, character in (
            ("q_character", ("question",), True),
            ("q_questions", ("question",), False),
            ("q_examination", ("examination",), False),
            ("q_tests", ("test", "imaging"), False),
        ):
            items = [
                self.finding(finding)
                for finding in self.knowledge.findings.values()
                if finding.kind in kinds and finding.character == character and finding.ask
                and finding.id not in placed and finding.id != PREGNANCY
            ]  # fmt: skip
            groups.append(self._group(key.removeprefix("q_"), said(key), items))
        return self.questionnaire(groups)

    # groups

    def person(self) -> Json:
        low, high = self.knowledge.settings.plausible_age
        age = with_words({"linkId": AGE}, "text", said("q_age"), self.lang) | {"type": "integer", "required": True}
        age["extension"] = [
            {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": int(low)},
            {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": int(high)},
            _initial(_FHIRPATH_AGE),
        ]
        sexes = {"female": "q_female", "male": "q_male", "unknown": "q_other_sex"}
        sex = self._choice(SEX, said("q_sex"), [(code, said(key)) for code, key in sexes.items()])
        sex["required"] = True
        return self._group("person", said("q_person"), [age, sex, *self.pregnancy()])

    def pregnancy(self) -> list[Json]:
        finding = self.knowledge.findings[PREGNANCY]
        pregnant = self._choice(PREGNANT, said("q_pregnant"), self._yes_no())
        pregnant["code"] = [coding(naming.FINDINGS, PREGNANCY, dict(finding.name), self.lang)]
        pregnant |= self._when(finding.asked_if)
        weeks = with_words({"linkId": WEEKS}, "text", said("q_weeks"), self.lang) | {"type": "integer"}
        weeks["enableWhen"] = [_equals(PREGNANT, "yes")]
        low, high = finding.plausible or (1, 44)
        weeks["extension"] = [
            {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": max(1, int(low))},
            {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueInteger": int(high)},
        ]
        return [pregnant, weeks]

    def lists(self, warning: bool, placed: set[str]) -> Iterator[Json]:
        """The short lists; `placed` grows by what they ask. The rules of lists without warning signs spare time in the
        interview and say nothing about whom they apply to: a whole form asks them of everybody."""
        for ticks in self.knowledge.screen.values():
            findings = [self.knowledge.findings[id] for id in ticks.findings if id not in placed]
            if ticks.warning is warning and findings:
                placed |= {finding.id for finding in findings}
                group = self._group(ticks.id, dict(ticks.title), [self.finding(finding) for finding in findings])
                yield group | (self._when(ticks.asked_if) if warning else {})

    def ticks(self, ticks: TickList, findings: Iterable[Finding]) -> Json:
        """One list with what of it is open, as the interview puts it."""
        items = [self.finding(finding, free=True) for finding in findings]
        return self._group(ticks.id, dict(ticks.title), items)

    def medicines(self) -> Json:
        options = [(id, dict(medicine.name)) for id, medicine in self.knowledge.medicines.items()]
        return self._named_list(MEDICINES, options, naming.MEDICINES, "open-choice")

    def conditions(self) -> Json:
        known = [finding for finding in self.knowledge.findings.values() if finding.kind == "condition"]
        options = [(finding.id, dict(finding.name)) for finding in known]
        return self._named_list(CONDITIONS, options, naming.FINDINGS, "open-choice")

    def _named_list(self, name: str, options: list[tuple[str, dict[str, str]]], system: str, kind: str) -> Json:
        item = with_words({"linkId": name}, "text", said(f"q_{name}"), self.lang)
        item |= {"type": kind, "repeats": True, "extension": [self._control("autocomplete")]}
        item["answerOption"] = [{"valueCoding": coding(system, code, words, self.lang)} for code, words in options]
        complete = self._choice(name + COMPLETE, said(f"q_{name}_complete"), self._yes_no()[:2])
        return self._group(f"{name}_list", said(f"q_{name}"), [item, complete])

    # single questions

    def finding(self, finding: Finding, free: bool = False) -> Json:
        """`free`: without a condition, where the interview has decided already that it is asked."""
        words = dict(finding.question or finding.name)
        if finding.form == "number":
            item = with_words({"linkId": finding.id}, "text", words, self.lang) | {"type": "decimal"}
            item["extension"] = self._number(finding)
        else:
            levels = [(level.id, dict(level.name)) for level in finding.levels] or self._yes_no()[:2]
            item = self._choice(finding.id, words, [*levels, ("unknown", said("q_unknown"))])
        item["code"] = [coding(naming.FINDINGS, finding.id, dict(finding.name), self.lang)]
        item["code"] += [{"system": naming.LOINC, "code": code} for code in finding.codes.loinc]
        if finding.codes.loinc:
            days = self.knowledge.records.observations.days_by_finding.get(
                finding.id, self.knowledge.records.observations.days
            )
            item.setdefault("extension", []).append(
                {
                    "url": f"{naming.SDC}/StructureDefinition/sdc-questionnaire-observationLinkPeriod",
                    "valueDuration": {"value": days, "unit": "d", "system": naming.UCUM, "code": "d"},
                }
            )
        if finding.help is not None or finding.why is not None:
            item["item"] = [self._help(finding)]
        return item if free else item | self._when(finding.asked_if)

    def _help(self, finding: Finding) -> Json:
        both = [text for text in (finding.help, finding.why) if text is not None]
        words = {lang: " ".join(text[lang] for text in both) for lang in both[0]}
        item: Json = {"linkId": f"{finding.id}_help", "extension": [self._control("help")]}
        return with_words(item, "text", words, self.lang) | {"type": "display"}

    def _number(self, finding: Finding) -> list[Json]:
        found: list[Json] = []
        if finding.plausible is not None:
            for key, value in zip(("minValue", "maxValue"), finding.plausible, strict=True):
                found.append({"url": f"http://hl7.org/fhir/StructureDefinition/{key}", "valueDecimal": value})
        if finding.unit and finding.unit != "1":
            code = self.knowledge.records.ucum.get(finding.unit, finding.unit)
            unit = {"system": naming.UCUM, "code": code, "display": finding.unit}
            found.append({"url": naming.UNIT, "valueCoding": unit})
        return found

    def _choice(self, link: str, words: dict[str, str], options: Iterable[tuple[str, dict[str, str]]]) -> Json:
        item = with_words({"linkId": link}, "text", words, self.lang) | {"type": "choice"}
        item["extension"] = [self._control("radio-button")]
        if link == SEX:
            item["extension"].append(_initial("%patient.gender"))
        listed = [{"valueCoding": coding(naming.ANSWERS, code, names, self.lang)} for code, names in options]
        return item | {"answerOption": listed}

    def _yes_no(self) -> list[tuple[str, dict[str, str]]]:
        return [("yes", said("q_yes")), ("no", said("q_no")), ("unknown", said("q_unknown"))]

    def _group(self, link: str, words: dict[str, str], items: list[Json]) -> Json:
        return with_words({"linkId": link}, "text", words, self.lang) | {"type": "group", "item": items}

    def _control(self, code: str) -> Json:
        return {
            "url": naming.ITEM_CONTROL,
            "valueCodeableConcept": {"coding": [{"system": naming.CONTROLS, "code": code}]},
        }

    # when a question is put

    def _when(self, rule: Rule | None) -> Json:
        """enableWhen of a rule: an all, an any, or a single condition on what is asked before."""
        if rule is None:
            return {}
        parts = rule.rules if isinstance(rule, Some) else (rule,)
        conditions = [condition for part in parts for condition in self._conditions_of(part)]
        every = rule.least == len(rule.rules) if isinstance(rule, Some) else isinstance(rule, Compare)
        found: Json = {"enableWhen": conditions}
        if len(conditions) > 1:
            found["enableBehavior"] = "all" if every else "any"
        return found

    def _conditions_of(self, rule: Rule) -> list[Json]:
        """Raises ValueError for a rule that a form cannot hold: then the knowledge asks for more than forms can do."""
        if isinstance(rule, Compare) and rule.value == "age":
            found = []
            if rule.low > float("-inf"):
                found.append(
                    {"question": AGE, "operator": ">" if rule.low_open else ">=", "answerInteger": int(rule.low)}
                )
            if rule.high < float("inf"):
                found.append(
                    {"question": AGE, "operator": "<=" if rule.high_closed else "<", "answerInteger": int(rule.high)}
                )
            return found
        if isinstance(rule, FactRule) and rule.fact == "sex":
            return [_other_than(SEX, other) for other in ("female", "male") if other not in rule.levels]
        if isinstance(rule, FactRule) and rule.fact == PREGNANCY:
            return [_equals(PREGNANT, "yes")]
        if isinstance(rule, FactRule):
            return [_equals(rule.fact, level) for level in rule.levels]
        raise ValueError(f"no form can hold {rule!r}")


def _equals(question: str, code: str) -> Json:
    return {"question": question, "operator": "=", "answerCoding": {"system": naming.ANSWERS, "code": code}}


def _other_than(question: str, code: str) -> Json:
    return {**_equals(question, code), "operator": "!="}


def _initial(expression: str) -> Json:
    return {
        "url": f"{naming.SDC}/StructureDefinition/sdc-questionnaire-initialExpression",
        "valueExpression": {"language": "text/fhirpath", "expression": expression},
    }
