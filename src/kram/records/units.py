"""A measured quantity in any unit -> the finding's own unit.

The knowledge lists the units of each test, with the factors that need its molar mass; everything between units of one
kind is left to UCUM (ucumvert on pint).
"""

from functools import cache
from typing import Any

from msgspec import Struct

from kram.knowledge.entries import Finding
from kram.knowledge.record_rules import Conversion

UCUM = "http://unitsofmeasure.org"


class Scale(Struct, frozen=True):
    """value * factor + offset."""

    factor: float
    offset: float = 0.0

    def __call__(self, value: float) -> float:
        return value * self.factor + self.offset


@cache
def _registry() -> Any:
    from ucumvert import PintUcumRegistry  # slow to import, and only odd units need it

    return PintUcumRegistry()


@cache
def _quantity(unit: str) -> Any:
    """A unit of UCUM as a quantity of pint; None for what is no unit."""
    import pint
    from ucumvert.parser import InvalidUcumError

    try:
        return _registry().from_ucum(unit)
    except (InvalidUcumError, pint.PintError, ValueError, TypeError, KeyError, AttributeError, ZeroDivisionError):
        return None


@cache
def factor(unit: str, target: str) -> Scale | None:
    """Between two units of one dimension, by UCUM. None where they differ, or where a number alone says too little.

    Equivalents and units of effect are not moles: they are left to the factors of the knowledge.
    """
    import pint

    if _arbitrary(unit) != _arbitrary(target):
        return None
    one, other = _quantity(unit), _quantity(target)
    if one is None or other is None or one.dimensionless or one.dimensionality != other.dimensionality:
        return None
    try:
        zero, first = (_registry().Quantity(number, one.units).to(other.units).magnitude for number in (0.0, 1.0))
    except pint.PintError:
        return None
    return Scale(float((first - zero) * one.magnitude / other.magnitude), float(zero / other.magnitude))


def _arbitrary(unit: str) -> str:
    return "eq" if "eq" in unit.casefold() else "iu" if "[iU]" in unit or "[IU]" in unit else ""


class Units:
    """Scales to the units of the findings, found once."""

    def __init__(self, conversions: tuple[Conversion, ...]) -> None:
        self._own = {(rule.finding, plain_unit(rule.unit)): Scale(rule.factor, rule.offset) for rule in conversions}
        self._known: dict[tuple[str, str], Scale | None] = {}

    def scale(self, finding: Finding, unit: str) -> Scale | None:
        key = (finding.id, unit)
        if key not in self._known:
            self._known[key] = self._find(finding, unit)
        return self._known[key]

    def _find(self, finding: Finding, unit: str) -> Scale | None:
        own = self._own.get((finding.id, plain_unit(unit)))
        if own is not None:
            return own
        listed = {str(finding.unit): 1.0, **finding.units}
        for name, number in listed.items():
            if plain_unit(name) == plain_unit(unit):
                return Scale(number)
        for name, number in listed.items():
            found = factor(unit, name)
            if found is not None:
                return Scale(found.factor * number, found.offset * number)
        return None


def plain_unit(unit: str) -> str:
    """The same letters for the same unit: without case, blanks, annotations and the brackets of UCUM."""
    bare = unit.strip().casefold().replace("µ", "u").replace("μ", "u").replace(" ", "").replace("mcg", "ug")
    return bare.replace("[", "").replace("]", "").replace("{", "").replace("}", "").replace("_", "").replace("²", "2")
