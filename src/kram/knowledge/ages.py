"""Age ranges as they are written: "18-39" (both ends included), "80+"."""

import re
from functools import cache

from kram.knowledge.numbers import Number, Stratum

_RANGE = re.compile(r"^(\d+)(?:-(\d+)|\+)$")


@cache
def span(text: str) -> tuple[float, float]:
    """First age, and the age at which the range has ended. Raises ValueError."""
    match = _RANGE.match(text)
    if not match:
        raise ValueError(f"expected an age range like 18-39 or 80+, got {text!r}")
    low = float(match[1])
    high = float(match[2]) + 1 if match[2] else float("inf")
    if low >= high:
        raise ValueError(f"the age range {text} ends before it starts")
    return low, high


def band_of(age: float, bands: tuple[str, ...]) -> int:
    """Which band an age falls in."""
    return next(i for i, band in enumerate(bands) if age < span(band)[1])


def row_of(number: Number, band: str, sex: str) -> int | None:
    """Index of the row that holds for a band and a sex; None where no row does. Unstratified numbers: 0."""
    if not number.by:
        return 0
    low, high = span(band)
    for index, row in enumerate(number.by):
        if fits(row, low, high, sex):
            return index
    return None


def fits(row: Stratum, low: float, high: float, sex: str) -> bool:
    if row.sex is not None and row.sex != sex:
        return False
    if row.age is None:
        return True
    first, end = span(row.age)
    return first <= low and high <= end
