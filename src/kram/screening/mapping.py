"""The resources of one person -> somebody who can be assessed. The reading itself is that of `kram.records`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from kram.assessment.case_reading import read_case
from kram.errors import KramError
from kram.knowledge.lookup import Lookup
from kram.records.bundles import RecordError
from kram.records.coding import CodeTable
from kram.records.dates import moment
from kram.records.facts import Record, Resource
from kram.records.reading import RecordReader
from kram.screening.people import Complaint, Fault, Outcome, Ready, Silent

_DATES = ("effectiveDateTime", "effectiveInstant", "recordedDate", "onsetDateTime", "authoredOn", "performedDateTime",
          "whenHandedOver", "dateAsserted", "issued")  # fmt: skip
_PERIODS = ("effectivePeriod", "performedPeriod", "onsetPeriod", "period")
_MEANT = "meant"


@dataclass(frozen=True, slots=True)
class Choices:
    """`on`: the day for which everybody is read; None: each at their cramp, else at their newest record, but never
    after `today`. `everybody`: also those without a complaint."""

    today: date
    on: date | None = None
    everybody: bool = False


class Mapper:
    """Compiled once; `map` is pure."""

    def __init__(self, lookup: Lookup, choices: Choices) -> None:
        self._lookup = lookup
        self._reader = RecordReader(lookup)
        self._choices = choices
        self._rules = lookup.knowledge.screening.complaint
        self._other_reasons = CodeTable([(self._rules.unless, _MEANT)], lookup.knowledge.records.exceptions)

    def map(self, person: str, lines: Sequence[bytes | str]) -> Outcome:
        """`lines`: each one resource as JSON. Never raises for what stands in them."""
        try:
            resources = _mappings(msgspec.json.decode(line) for line in lines)
            return self._map(person, resources)
        except RecordError as fault:
            if fault.key == "record_deceased":
                return Silent("deceased")
            return Fault(fault.key, {**fault.values, "patient": "-", "given": "-"}, person)
        except KramError as fault:
            return Fault(fault.key, dict.fromkeys(fault.values, "-"), person)
        except Exception as fault:  # one person's nonsense must not stop a million others
            return Fault("screen_unexpected", {"problem": type(fault).__name__}, person)

    def _map(self, person: str, resources: list[Resource]) -> Outcome:
        on = self._choices.on or self._newest(resources)
        record = self._reader.read(resources, on)
        if self._choices.on is None and record.complaint:
            cramp = self._newest([r for r in resources if f"{r.get('resourceType')}/{r.get('id')}" in record.complaint])
            if cramp != on:
                on, record = cramp, self._reader.read(resources, cramp)
        complaint = self._complaint(record, resources, on)
        if complaint is None:
            return Silent("no_complaint")
        answers = read_case(record.case, self._lookup)
        return Ready(person, answers, complaint, on, Counter(item.reason for item in record.left_out))

    def _complaint(self, record: Record, resources: list[Resource], on: date) -> Complaint | None:
        if record.complaint:
            return "recorded"
        taken = set(record.case.get("medicines", ())) & set(self._rules.medicines)
        if taken and not self._given_for_something_else(resources, on):
            return "medicine"
        return "assumed" if self._choices.everybody else None

    def _given_for_something_else(self, resources: list[Resource], on: date) -> bool:
        for resource in resources:
            if resource.get("resourceType") == "Condition":
                known = self._other_reasons.read(self._reader.systems.codings(resource.get("code")))
                when = newest_date(resource)
                if known and (when is None or abs((on - when).days) <= self._rules.unless_days):
                    return True
        return False

    def _newest(self, resources: Iterable[Resource]) -> date:
        """The newest day on which something was recorded; what claims to be of the future does not count."""
        latest = self._choices.today + timedelta(days=1)
        days = [day for resource in resources if (day := newest_date(resource)) is not None and day <= latest]
        return max(days, default=self._choices.today)


def newest_date(resource: Resource) -> date | None:
    given = [moment(resource.get(key)) for key in _DATES]
    for key in _PERIODS:
        period = resource.get(key)
        if isinstance(period, dict):
            given.append(moment(period.get("start")))
    return max((when.date() for when in given if when is not None), default=None)


def _mappings(resources: Iterable[Any]) -> list[Resource]:
    return [resource for resource in resources if isinstance(resource, dict)]
