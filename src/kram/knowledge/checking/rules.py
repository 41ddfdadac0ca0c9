"""Rules that can fire: their levels exist, and some person satisfies them."""

import itertools
from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.checking.references import NUMBERS_OF_THE_PERSON, PERSON, rules_of
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids, worse
from kram.knowledge.rules import Compare, Fact, Likely, Not, Rule, Some

_SEXES = ("female", "male", "unknown")
_MOST = 20_000  # conjunctions looked at before a rule is taken to be possible

Atom = tuple[Fact | Compare | Likely, bool]  # and whether it is to hold


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    for entry, rule in rules_of(knowledge):
        missing = list(_levels(knowledge, rule))
        for fact, level, known in missing:
            yield KnowledgeError("level_unknown", place=entry.place, id=fact, level=level, known=known)
        if not missing and not _possible(knowledge, rule):
            yield KnowledgeError("rule_never_fires", place=entry.place, id=entry.id)


def _levels(knowledge: Knowledge, rule: Rule) -> Iterator[tuple[str, str, str]]:
    match rule:
        case Fact(fact=fact, levels=levels):
            known = _known(knowledge, fact)
            for level in levels:
                if known and level not in known:
                    yield fact, level, ", ".join(known)
        case Not(rule=inner):
            yield from _levels(knowledge, inner)
        case Some(rules=parts):
            for part in parts:
                yield from _levels(knowledge, part)


def _known(knowledge: Knowledge, fact: str) -> list[str]:
    if fact in PERSON:
        return list(_SEXES)
    finding = knowledge.findings.get(fact)
    return list(level_ids(finding)) if finding is not None else []


def _possible(knowledge: Knowledge, rule: Rule) -> bool:
    """Whether some conjunction of the rule's disjunctive form contradicts nothing."""
    for conjunction in itertools.islice(_conjunctions(rule, True), _MOST):
        if _consistent(knowledge, conjunction):
            return True
    return False


def _conjunctions(rule: Rule, holds: bool) -> Iterator[tuple[Atom, ...]]:
    match rule:
        case Not(rule=inner):
            yield from _conjunctions(inner, not holds)
        case Some(least=least, rules=parts):
            # not (at least m of n) is (at least n - m + 1 of n do not hold)
            needed = least if holds else len(parts) - least + 1
            for chosen in itertools.combinations(parts, needed):
                for pieces in itertools.product(*(list(_conjunctions(part, holds)) for part in chosen)):
                    yield tuple(atom for piece in pieces for atom in piece)
        case Fact() | Compare() | Likely():
            yield ((rule, holds),)


def _consistent(knowledge: Knowledge, atoms: tuple[Atom, ...]) -> bool:
    levels: dict[str, set[str]] = {}
    ranges: dict[str, tuple[float, float]] = {}
    for atom, holds in atoms:
        if isinstance(atom, Fact):
            known = set(_known(knowledge, atom.fact))
            wanted = _reached(knowledge, atom)
            levels[atom.fact] = levels.get(atom.fact, known) & (wanted if holds else known - wanted)
            if not levels[atom.fact]:
                return False
        elif isinstance(atom, Compare):
            low, high = ranges.get(atom.value, _bounds(knowledge, atom.value))
            if holds:
                low, high = max(low, atom.low), min(high, atom.high)
            elif atom.low == float("-inf"):
                low = max(low, atom.high)
            elif atom.high == float("inf"):
                high = min(high, atom.low)
            ranges[atom.value] = (low, high)
            if low > high or (low == high and not (holds and atom.high_closed)):
                return False
        elif not 0 <= atom.at_least <= 1:
            return False
    return True


def _reached(knowledge: Knowledge, fact: Fact) -> set[str]:
    if not fact.or_worse:
        return set(fact.levels)
    return set(worse(knowledge.findings[fact.fact], fact.levels))


def _bounds(knowledge: Knowledge, value: str) -> tuple[float, float]:
    if value == "age":
        return 0.0, 120.0
    if value in NUMBERS_OF_THE_PERSON:
        return 0.0, 45.0
    finding = knowledge.findings.get(value)
    return finding.plausible if finding is not None and finding.plausible is not None else (float("-inf"), float("inf"))
