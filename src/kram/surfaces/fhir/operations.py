"""The operations themselves: plain functions from a body to a resource."""

from datetime import date
from typing import Any

from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import read_case
from kram.records.bundles import RecordError
from kram.records.facts import Record
from kram.records.reading import RecordReader
from kram.surfaces.fhir import naming
from kram.surfaces.fhir.adaptive import Adaptive
from kram.surfaces.fhir.emitting import Emitter
from kram.surfaces.fhir.http import RequestError, day_of, first, parameters
from kram.surfaces.fhir.naming import Json
from kram.surfaces.fhir.outcomes import all_understood, left_out, outcome
from kram.surfaces.fhir.questionnaire import Form
from kram.surfaces.fhir.responses import ResponseReader, ResponseWriter


class Operations:
    """All of them on one assessor. Nothing is kept between calls."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor
        self._records = RecordReader(assessor.lookup)
        self._responses = ResponseReader(assessor.knowledge)
        self._forms: dict[str, Json] = {}

    def questionnaire(self, lang: str) -> Json:
        """Generated once a language; the same knowledge gives the same form."""
        if lang not in self._forms:
            self._forms[lang] = Form(self._assessor.knowledge, lang).whole()
        return self._forms[lang]

    def assess(self, body: Json, lang: str) -> Json:
        """Parameters or a Bundle -> the Bundle of an assessment."""
        raw, subject, on = _record_of(body)
        record = self._records.read(raw, on, subject)
        answers = read_case(record.case, self._assessor.lookup)
        assessment = self._assessor.assess(answers, lang)
        emitter = Emitter(self._assessor, answers, assessment, record.patient, on, record.basis)
        return emitter.bundle(left_out(record.left_out, lang))

    def assess_response(self, body: Json, lang: str) -> Json:
        """A QuestionnaireResponse (or Parameters with one) -> the Bundle of an assessment."""
        given = parameters(body) if body["resourceType"] == "Parameters" else {}
        response = first(given, "questionnaire-response", "questionnaireResponse") if given else body
        response = _expected(response, "QuestionnaireResponse")
        case = self._responses.read(response)
        answers = read_case(case, self._assessor.lookup, "QuestionnaireResponse")
        assessment = self._assessor.assess(answers, lang)
        subject = response.get("subject")
        name = subject.get("reference") if isinstance(subject, dict) else None
        own = f"QuestionnaireResponse/{response['id']}" if isinstance(response.get("id"), str) else ""
        known = (own,) if own else ()
        name = name if isinstance(name, str) and name else "Patient"
        emitter = Emitter(
            self._assessor, answers, assessment, name, day_of(first(given, "date")), lambda _finding: known
        )
        return emitter.bundle([])

    def next_question(self, body: Json, lang: str) -> Json:
        given = parameters(body) if body["resourceType"] == "Parameters" else {}
        response = first(given, "questionnaire-response", "questionnaireResponse") if given else body
        return Adaptive(self._assessor, lang).next(_expected(response, "QuestionnaireResponse"))

    def populate(self, body: Json, lang: str, instance: bool) -> Json:
        """SDC $populate: what the record knows, as answers; and what was left out, as issues."""
        given = parameters(_expected(body, "Parameters"))
        if not instance and not _ours(given):
            raise RequestError(422, "not-found", "fhir_populate_which")
        subject = first(given, "subject")
        name = subject.get("reference") if isinstance(subject, dict) else None
        content = [*given.get("content", []), *given.get("record", []), *_of_context(given.get("context", []))]
        if not content:
            raise RequestError(422, "required", "fhir_no_record", names="content, context")
        record = self._records.read(content, day_of(first(given, "date")), name)
        return self._populated(record, lang)

    def _populated(self, record: Record, lang: str) -> Json:
        form = self.questionnaire(lang)
        response: Json = {
            "resourceType": "QuestionnaireResponse",
            "language": lang,
            "questionnaire": f"{form['url']}|{form['version']}",
            "status": "in-progress",
            "subject": naming.reference(record.patient),
            "item": ResponseWriter(self._assessor.knowledge, lang).items(form["item"], record.case),
        }
        issues = left_out(record.left_out, lang) or [all_understood(lang)]
        return {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "response", "resource": response},
                {"name": "issues", "resource": outcome(issues, lang)},
            ],
        }


def _record_of(body: Json) -> tuple[Any, str | None, date]:
    """(resources, subject, day)."""
    if body["resourceType"] != "Parameters":
        return body, None, day_of(None)
    given = parameters(body)
    raw = [*given.get("record", []), *given.get("bundle", []), *given.get("resource", [])]
    if not raw:
        raise RequestError(422, "required", "fhir_no_record", names="record")
    subject = first(given, "subject")
    if isinstance(subject, dict):
        subject = subject.get("reference")
    if subject is not None and not isinstance(subject, str):
        raise RecordError("record_subject_unknown", subject=str(subject)[:60], known="-")
    return raw, subject, day_of(first(given, "date"))


def _expected(body: Any, kind: str) -> Json:
    if not isinstance(body, dict) or body.get("resourceType") != kind:
        given = body.get("resourceType", "-") if isinstance(body, dict) else "-"
        raise RequestError(422, "invalid", "fhir_wrong_resource", given=str(given)[:60], wanted=kind)
    return body


def _ours(given: dict[str, list[Any]]) -> bool:
    """One of the ways in which SDC names a questionnaire, and it is kram's."""
    names = []
    for value in (
        *given.get("questionnaire", []),
        *given.get("questionnaireRef", []),
        *given.get("identifier", []),
        *given.get("canonical", []),
    ):
        if isinstance(value, dict):
            names += [value.get("url"), value.get("reference"), value.get("value"), value.get("id")]
        else:
            names.append(value)
    return any(isinstance(name, str) and name.split("|")[0].split("/")[-1] == "kram" for name in names)


def _of_context(contexts: list[Any]) -> list[Any]:
    """Resources in the `content` parts of launch contexts."""
    found = []
    for context in contexts:
        for part in context if isinstance(context, list) else ():
            if isinstance(part, dict) and part.get("name") == "content" and isinstance(part.get("resource"), dict):
                found.append(part["resource"])
    return found
