"""When to speak, and when to keep silent: the three hooks as functions of what is recorded."""

from datetime import date
from typing import Any

from kram.assessment.assessing import Assessor
from kram.assessment.case_reading import read_case
from kram.errors import CaseError
from kram.records.bundles import RecordError, Resources
from kram.records.coding import CodeTable
from kram.records.facts import Record
from kram.records.reading import RecordReader
from kram.surfaces.cds.cards import Cards
from kram.surfaces.cds.requests import HookError, HookRequest, Json, drafts

_ASKED = ("test",)  # what a card proposes next
_SILENT = {"record_deceased"}


class Deciding:
    """One knowledge, any number of calls; nothing is kept between them."""

    def __init__(self, assessor: Assessor) -> None:
        self._assessor = assessor
        self._records = RecordReader(assessor.lookup)
        self._orders = assessor.knowledge.records.orders
        self._excused = CodeTable([(self._orders.excused, "excused")], assessor.knowledge.records.exceptions)

    def cards(self, request: HookRequest, data: dict[str, Any], lang: str, site: str, on: date) -> list[Json]:
        """At most one of them is a warning. Raises HookError where the data cannot be judged."""
        cards = Cards(self._assessor.knowledge, lang, site)
        orders = drafts(request) if request.hook != "patient-view" else []
        if request.hook != "patient-view" and not any(self._of_interest(order) for order in orders):
            return []
        record = self._record(request, data, on)
        if record is None:
            return []
        if request.hook == "patient-view":
            return self._patient_view(record, cards, lang)
        return self._ordered(orders, record, cards)

    def _record(self, request: HookRequest, data: dict[str, Any], on: date) -> Record | None:
        try:
            return self._records.read(list(data.values()), on, f"Patient/{request.patient}")
        except RecordError as fault:
            if fault.key in _SILENT:
                return None
            raise HookError(412, fault.key, **fault.values) from fault

    def _patient_view(self, record: Record, cards: Cards, lang: str) -> list[Json]:
        if not record.complaint:
            return []
        try:
            answers = read_case(record.case, self._assessor.lookup)
        except CaseError as fault:
            raise HookError(412, fault.key, **fault.values) from fault
        assessment = self._assessor.assess(answers, lang, kinds=_ASKED)
        taken = tuple(
            id
            for id, cause in self._assessor.knowledge.causes.items()
            if cause.group == "medicine" and cause.prior.fact and record.basis(cause.prior.fact)
        )
        return [cards.assessed(assessment, taken)]

    def _ordered(self, orders: list[Json], record: Record, cards: Cards) -> list[Json]:
        warnings: list[Json] = []
        told: dict[str, Json] = {}
        for order in orders:
            cramps = bool(record.complaint) or self._records.conditions.speaks_of_cramps(order)
            if not cramps:
                continue
            for medicine, findings in self._medicines(order):
                if set(findings) & set(self._orders.warned) and not self._excuse(order):
                    care = self._leave(findings)
                    instead = [self._assessor.knowledge.care[id] for id in self._orders.instead]
                    if care is not None:
                        warnings.append(cards.warned(order, care, instead))
                for finding in findings:
                    cause = self._cause(finding)
                    if finding in self._orders.watched and cause is not None and not record.basis(finding):
                        told.setdefault(cause, cards.watched(cause, medicine))
        return [*warnings[:1], *told.values()]

    def _of_interest(self, order: Json) -> bool:
        spoken = {*self._orders.warned, *self._orders.watched}
        return any(spoken & set(findings) for _, findings in self._medicines(order))

    def _medicines(self, order: Json) -> list[tuple[str, tuple[str, ...]]]:
        reader = self._records.medicines
        _, ids, agree = reader.named(order, Resources([order]))
        return [(id, reader.acts_as(id)) for id in ids] if agree else []

    def _excuse(self, order: Json) -> bool:
        """The order says that it is for something for which it is right."""
        reasons = order.get("reasonCode")
        return any(
            self._excused.read(self._records.systems.codings(concept))
            for concept in (reasons if isinstance(reasons, list) else ())
        )

    def _cause(self, finding: str) -> str | None:
        causes = self._assessor.knowledge.causes
        return next(
            (id for id, cause in causes.items() if cause.group == "medicine" and cause.prior.fact == finding), None
        )

    def _leave(self, findings: tuple[str, ...]) -> Any:
        """The care that says to leave it: of kind danger or no benefit, and withheld from those who take it already."""
        for care in self._assessor.knowledge.care.values():
            if care.kind in ("danger", "no_benefit"):
                named = [getattr(exclusion.when, "fact", None) for exclusion in care.not_if]
                if set(named) & set(findings):
                    return care
        return None
