"""An assessment -> a Bundle: RiskAssessment, Flags, DetectedIssues, and what was not understood."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date

from kram.assessment.answers import Answers
from kram.assessment.assessing import Assessor
from kram.assessment.result import Assessment, CauseShare, Interval
from kram.knowledge.rules import Fact, atoms
from kram.surfaces.fhir import naming
from kram.surfaces.fhir.naming import Json, percent
from kram.surfaces.fhir.narrative import narrative, plain_div
from kram.surfaces.fhir.outcomes import all_understood, issue, outcome
from kram.texts import catalogue

Basis = Callable[[str], tuple[str, ...]]  # finding -> references on which it rests


class Emitter:
    """One assessment in the shape of FHIR. `basis`: the resources behind each finding; `issues`: of the outcome."""

    def __init__(
        self, assessor: Assessor, answers: Answers, assessment: Assessment, subject: str, on: date, basis: Basis
    ) -> None:
        self._knowledge = assessor.knowledge
        self._answers = answers
        self._assessment = assessment
        self._lang = assessment.lang
        self._subject = naming.reference(subject)
        self._on = naming.instant(on)
        self._basis = basis
        self._names = uuid.uuid5(
            uuid.NAMESPACE_URL, f"{naming.CANONICAL}/{assessment.knowledge.fingerprint}/{subject}/{on}"
        )

    def bundle(self, issues: list[Json]) -> Json:
        resources = [self._risk_assessment(), *self._flags(), *self._medicine_issues()]
        issues = [*issues, *self._not_understood()]
        resources.append(outcome(issues or [all_understood(self._lang)], self._lang))
        entries = []
        for index, resource in enumerate(resources):
            id = str(uuid.uuid5(self._names, f"{index}"))
            entries.append(
                {
                    "fullUrl": f"urn:uuid:{id}",
                    "resource": {"resourceType": resource["resourceType"], "id": id, **resource},
                }
            )
        return {
            "resourceType": "Bundle",
            "language": self._lang,
            "type": "collection",
            "timestamp": self._on,
            "entry": entries,
        }

    # RiskAssessment

    def _risk_assessment(self) -> Json:
        words = catalogue(self._lang)
        found = self._assessment
        basis = dict.fromkeys(ref for finding in self._answers.evidence.answers for ref in self._basis(finding))
        predictions = [self._prediction(cause) for cause in found.causes]
        predictions.append(self._unexplained())
        risk: Json = {
            "resourceType": "RiskAssessment",
            "language": self._lang,
            "text": narrative(found),
            "extension": [{"url": naming.URGENCY, "valueCode": found.urgency}],
            "status": "final",
            "method": {
                "text": words.say("fhir_method", version=found.version, fingerprint=found.knowledge.fingerprint)
            },
            "code": {"text": words.say("fhir_risk_code")},
            "subject": self._subject,
            "occurrenceDateTime": self._on,
            "prediction": predictions,
            "note": [{"text": f"{found.urgency_text}. {found.notice}"}],
        }
        if basis:
            risk["basis"] = [naming.reference(ref) for ref in sorted(basis)]
        mitigation = [
            f"{item.name}. {item.text}" for item in found.care if item.kind in ("treat_cause", "discuss", "danger")
        ]
        if mitigation:
            risk["mitigation"] = "\n".join(mitigation)
        return risk

    def _prediction(self, cause: CauseShare) -> Json:
        entry = self._knowledge.causes[cause.id]
        codings = [naming.coding(naming.CAUSES, cause.id, dict(entry.name), self._lang)]
        if len(entry.codes.icd10) == 1:  # several codes together are no translation of one cause
            codings.append({"system": naming.ICD10, "code": entry.codes.icd10[0]})
        moving = [row.finding for row in self._assessment.why if row.cause == cause.id]
        moving += [row.finding for row in cause.via]
        extensions = [
            {"url": naming.SHARE_INTERVAL, "valueRange": _range(cause.share_interval)},
            {"url": naming.PRESENCE, "valueDecimal": percent(cause.presence)},
            {"url": naming.PRESENCE_INTERVAL, "valueRange": _range(cause.presence_interval)},
        ]
        for ref in dict.fromkeys(ref for finding in moving for ref in self._basis(finding)):
            extensions.append({"url": naming.PREDICTION_BASIS, "valueReference": naming.reference(ref)})
        return {
            "extension": extensions,
            "outcome": {"coding": codings, "text": cause.name},
            "probabilityDecimal": percent(cause.share),
            "rationale": self._rationale(cause),
        }

    def _unexplained(self) -> Json:
        part = self._assessment.unexplained
        words = naming.said("unexplained")
        return {
            "extension": [{"url": naming.SHARE_INTERVAL, "valueRange": _range(part.share_interval)}],
            "outcome": {
                "coding": [naming.coding(naming.CAUSES, "unexplained", words, self._lang)],
                "text": words[self._lang],
            },
            "probabilityDecimal": percent(part.share),
        }

    def _rationale(self, cause: CauseShare) -> str:
        """What raised or lowered it, and the works its numbers come from."""
        words = catalogue(self._lang)
        parts = []
        if cause.via:
            parts.append(words.say("raised_by", cause=cause.name, facts=", ".join(item.text for item in cause.via)))
        rows = [row for row in self._assessment.why if row.cause == cause.id]
        for key, chosen in (
            ("fhir_speaks_for", [r for r in rows if r.log_odds > 0]),
            ("fhir_speaks_against", [r for r in rows if r.log_odds <= 0]),
        ):
            if chosen:
                parts.append(words.say(key, answers="; ".join(f"{row.name}: {row.answer}" for row in chosen)))
        if cause.sources:
            parts.append(words.say("fhir_sources", sources=", ".join(cause.sources)))
        return " ".join(parts) or words.say("fhir_stratum_only")

    # Flags and DetectedIssues

    def _flags(self) -> list[Json]:
        return [
            {
                "resourceType": "Flag",
                "language": self._lang,
                "text": plain_div(f"{flag.name}: {flag.text}", self._lang),
                "extension": [{"url": naming.URGENCY, "valueCode": flag.urgency}],
                "status": "active",
                "category": [
                    {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/flag-category", "code": "clinical"}]}
                ],
                "code": {
                    "coding": [
                        naming.coding(naming.FLAGS, flag.id, dict(self._knowledge.red_flags[flag.id].name), self._lang)
                    ],
                    "text": f"{flag.name}: {flag.text}",
                },
                "subject": self._subject,
            }
            for flag in self._assessment.red_flags
        ]

    def _medicine_issues(self) -> list[Json]:
        """Medicines that are taken and have a share worth naming; and those that should not be taken for cramps."""
        words = catalogue(self._lang)
        found = []
        causes = {cause.id: cause for cause in self._assessment.causes}
        for id, entry in self._knowledge.causes.items():
            fact = entry.prior.fact
            taken = fact is not None and self._answers.evidence.answers.get(fact) == frozenset({"yes"})
            if (
                entry.group == "medicine"
                and fact
                and taken
                and causes[id].share >= self._knowledge.settings.named_share
            ):
                detail = words.say("fhir_medicine_issue", name=causes[id].name, share=round(100 * causes[id].share))
                code = naming.coding(naming.CAUSES, id, dict(entry.name), self._lang)
                found.append(self._detected(code, detail, "moderate", [fact], self._discussing(id)))
        for item in self._assessment.care:
            rule = self._knowledge.care[item.id].if_
            facts = [atom.fact for atom in atoms(rule) if isinstance(atom, Fact)] if rule is not None else []
            facts = [fact for fact in facts if self._knowledge.findings[fact].kind == "medicine"]
            if item.kind == "danger" and facts:
                code = {"system": naming.FLAGS, "code": item.id, "display": item.name}
                found.append(self._detected(code, f"{item.name}. {item.text}", "high", facts, []))
        return found

    def _discussing(self, cause: str) -> list[str]:
        return [
            f"{item.name}. {item.text}"
            for item in self._assessment.care
            if item.kind == "discuss" and cause in item.for_
        ]

    def _detected(self, code: Json, detail: str, severity: str, facts: list[str], mitigation: list[str]) -> Json:
        found: Json = {
            "resourceType": "DetectedIssue",
            "language": self._lang,
            "text": plain_div(detail, self._lang),
            "status": "final",
            "code": {"coding": [code]},
            "severity": severity,
            "patient": self._subject,
            "identifiedDateTime": self._on,
            "detail": detail,
        }
        implicated = dict.fromkeys(ref for fact in facts for ref in self._basis(fact))
        if implicated:
            found["implicated"] = [naming.reference(ref) for ref in implicated]
        if mitigation:
            found["mitigation"] = [{"action": {"text": text}} for text in mitigation]
        return found

    def _not_understood(self) -> list[Json]:
        words = catalogue(self._lang)
        return [
            issue(
                "warning",
                "not-supported",
                words.say("not_understood", given=item.given, place=item.place)
                + (words.say("nearest", names=", ".join(item.nearest)) if item.nearest else ""),
            )
            for item in self._assessment.not_understood
        ]


def _range(interval: Interval) -> Json:
    low, high = ({"value": percent(end), "unit": "%", "system": naming.UCUM, "code": "%"} for end in interval)
    return {"low": low, "high": high}


def mapping_basis(bases: Mapping[str, tuple[str, ...]]) -> Basis:
    return lambda finding: bases.get(finding, ())
