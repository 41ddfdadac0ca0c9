"""The one rule language: red flags, critical values, when a question applies, when care is withheld.

    when: one_leg_swollen                        # answered yes (or present, or taken)
    when: {fact: setting, is: [walking]}         # one of these answers
    when: {fact: potassium, is: low, or_worse: true}
    when: {value: age, at_least: 60}             # a number: age, weeks pregnant, a laboratory value
    when: {presence: deep_vein_thrombosis, at_least: 0.05}     # share: likewise
    when: {any: [...]} | {all: [...]} | {not: ...} | {at_least: 2, of: [...]}

A rule answers yes, no or "cannot tell" (some answer that it needs is not known).
"""

from dataclasses import dataclass
from typing import Any, Literal


class Rule:
    """Any of the rules below."""


@dataclass(frozen=True)
class Fact(Rule):
    """The answer to `fact` is one of `levels` (with `or_worse`: or further from normal than the level)."""

    fact: str
    levels: tuple[str, ...] = ("yes",)
    or_worse: bool = False


@dataclass(frozen=True)
class Compare(Rule):
    """low <= value < high (`low_open`: low < value; `high_closed`: value <= high)."""

    value: str
    low: float = float("-inf")
    high: float = float("inf")
    low_open: bool = False
    high_closed: bool = False

    def holds(self, x: float) -> bool:
        above = x > self.low if self.low_open else x >= self.low
        return above and (x <= self.high if self.high_closed else x < self.high)


@dataclass(frozen=True)
class Likely(Rule):
    """The posterior share or presence of a cause is at least `at_least`."""

    measure: Literal["share", "presence"]
    cause: str
    at_least: float


@dataclass(frozen=True)
class Not(Rule):
    rule: Rule


@dataclass(frozen=True)
class Some(Rule):
    """At least `least` of the rules hold: 1 is any, all of them is all."""

    least: int
    rules: tuple[Rule, ...]


_BOUNDS = {"below", "at_most", "above", "at_least"}


class RuleFault(ValueError):
    """A rule that cannot be read; the message says what was expected."""


def parse(raw: Any) -> Rule:
    """YAML -> Rule."""
    if isinstance(raw, str):
        return Fact(raw)
    if not isinstance(raw, dict) or not raw:
        raise RuleFault(f"expected a finding or a rule, got {raw!r}")
    keys = set(raw)
    if keys == {"any"} or keys == {"all"}:
        (how, rules), *_ = raw.items()
        parts = _parts(rules)
        return Some(1 if how == "any" else len(parts), parts)
    if keys == {"not"}:
        return Not(parse(raw["not"]))
    if keys == {"at_least", "of"}:
        parts = _parts(raw["of"])
        if not 1 <= int(raw["at_least"]) <= len(parts):
            raise RuleFault(f"at_least {raw['at_least']} of {len(parts)} rules")
        return Some(int(raw["at_least"]), parts)
    if "fact" in keys and keys <= {"fact", "is", "or_worse"}:
        levels = raw.get("is", "yes")
        levels = levels if isinstance(levels, list) else [levels]
        return Fact(str(raw["fact"]), tuple(_level(level) for level in levels), bool(raw.get("or_worse", False)))
    if "value" in keys and keys - {"value"} and keys - {"value"} <= _BOUNDS:
        return _compare(raw)
    for measure in ("share", "presence"):
        if keys == {measure, "at_least"}:
            return Likely(measure, str(raw[measure]), float(raw["at_least"]))
    raise RuleFault(f"no rule has the keys {', '.join(sorted(keys))}")


def atoms(rule: Rule) -> list[Fact | Compare | Likely]:
    """Everything that the rule looks at."""
    if isinstance(rule, Not):
        return atoms(rule.rule)
    if isinstance(rule, Some):
        return [atom for part in rule.rules for atom in atoms(part)]
    assert isinstance(rule, Fact | Compare | Likely)
    return [rule]


def _level(raw: Any) -> str:
    if isinstance(raw, bool):  # YAML reads a bare yes as true
        return "yes" if raw else "no"
    return str(raw)


def _parts(raw: Any) -> tuple[Rule, ...]:
    if not isinstance(raw, list) or not raw:
        raise RuleFault("expected a list of rules")
    return tuple(parse(part) for part in raw)


def _compare(raw: dict[str, Any]) -> Compare:
    low = raw.get("at_least", raw.get("above", float("-inf")))
    high = raw.get("below", raw.get("at_most", float("inf")))
    return Compare(str(raw["value"]), float(low), float(high), "above" in raw, "at_most" in raw)
