"""FHIR dates, whole or partial -> moments in UTC. A partial date counts as its first day: never younger than it is."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

_WHOLE = re.compile(r"\d{4}-\d{2}-\d{2}T")
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@lru_cache(maxsize=65536)
def _moment(text: str) -> datetime | None:
    try:
        if _WHOLE.match(text):
            found = datetime.fromisoformat(text)
            return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
        if match := _PARTIAL.fullmatch(text.strip()):
            year, month, day = match.groups()
            return datetime(int(year), int(month or 1), int(day or 1))
    except (ValueError, OverflowError):
        return None
    return None


def moment(given: Any) -> datetime | None:
    """A date, dateTime or instant; None for what is none."""
    return _moment(given) if isinstance(given, str) and given else None


def period_end(given: Any) -> datetime | None:
    return moment(given.get("end")) if isinstance(given, dict) else None


def period_start(given: Any) -> datetime | None:
    return moment(given.get("start")) if isinstance(given, dict) else None


@lru_cache(maxsize=64)
def closing(on: date) -> datetime:
    """The first moment that no longer belongs to the day (a day of grace for time zones)."""
    return datetime.combine(on, time()) + timedelta(days=2)


def days_before(when: datetime, on: date) -> int:
    return (on - when.date()).days


def age(birth: Any, on: date) -> float | None:
    """Completed years; a birth date without a day or a month is taken in the middle of what it leaves open."""
    match = _PARTIAL.fullmatch(birth.strip()[:10]) if isinstance(birth, str) else None
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        born = date(int(year), int(month or 7), int(day or (15 if month else 1)))
    except ValueError:
        return None
    return float(on.year - born.year - ((on.month, on.day) < (born.month, born.day)))
