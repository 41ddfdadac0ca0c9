"""Each entry by itself and against its neighbours: ids, roles, orphans, links that say enough."""

from collections.abc import Iterator

from kram.errors import KnowledgeError
from kram.knowledge.causes import Cause, SignLink
from kram.knowledge.completeness import completeness, may_stay_incomplete
from kram.knowledge.entries import Finding
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import level_ids, reference
from kram.knowledge.numbers import Number, point


def faults(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    for finding in knowledge.findings.values():
        yield from _finding(finding)
    for cause in (*knowledge.causes.values(), *knowledge.drafts.values()):
        yield from _cause(knowledge, cause)
    for cause in knowledge.causes.values():
        if not completeness(cause).complete and not may_stay_incomplete(cause):
            found = completeness(cause)
            rate = "+" if found.rate else "-"
            yield KnowledgeError("cause_incomplete", place=cause.place, id=cause.id, rate=rate, findings=found.findings)
    yield from _names(knowledge)


def _finding(finding: Finding) -> Iterator[KnowledgeError]:
    ids = list(level_ids(finding))
    if (finding.form == "yes_no") != (not finding.levels):
        yield KnowledgeError("levels_wrong", place=finding.place, id=finding.id, form=finding.form)
    if len(set(ids)) < len(ids):
        yield KnowledgeError("level_twice", place=finding.place, id=finding.id)
    if finding.reference is not None and finding.reference not in ids:
        yield _level(finding.place, finding, finding.reference)
    for group in finding.groups:
        for level in group.levels:
            if level not in ids:
                yield _level(finding.place, finding, level)
    if finding.form == "number":
        ends = [level.below for level in finding.levels]
        known = [end for end in ends[:-1] if end is not None]
        if len(known) < len(ends) - 1 or ends[-1] is not None or known != sorted(known):
            yield KnowledgeError("bands_wrong", place=finding.place, id=finding.id)
        if finding.unit is None or finding.plausible is None:
            yield KnowledgeError("unit_missing", place=finding.place, id=finding.id)
    if finding.shares is not None:
        for value in finding.shares.shares:
            if value not in ids:
                yield _level(finding.place, finding, value)
    for value in finding.frequencies:
        if value not in ids:
            yield _level(finding.place, finding, value)
    asked = finding.ask and finding.kind == "question"
    if asked and (finding.question is None or finding.why is None):
        yield KnowledgeError("question_without_words", place=finding.place, id=finding.id)
    if finding.character and (finding.form != "choice" or finding.shares is None):
        yield KnowledgeError("character_without_shares", place=finding.place, id=finding.id)


def _level(place: str, finding: Finding, level: str) -> KnowledgeError:
    ids = ", ".join(level_ids(finding))
    return KnowledgeError("level_unknown", place=place, id=finding.id, level=level, known=ids)


def _cause(knowledge: Knowledge, cause: Cause) -> Iterator[KnowledgeError]:
    prior = cause.prior
    ways = [prior.prevalence, prior.incidence, prior.fact]
    if sum(way is not None for way in ways) != 1 or (prior.incidence is None) != (prior.duration_months is None):
        yield KnowledgeError("prior_unclear", place=cause.place, id=cause.id)
    if (cause.rate is None) == (not cause.stages) or (cause.stages and prior.fact is None):
        yield KnowledgeError("rate_unclear", place=cause.place, id=cause.id)
    facts = ([prior.fact] if prior.fact else []) + [m.fact for m in prior.moved_by] + [s.fact for s in prior.set_by]
    if len(set(facts)) < len(facts):
        yield KnowledgeError("two_roles", place=cause.place, id=cause.id, finding=_twice(facts))
    roles = facts + sorted({sign.finding for sign in cause.signs}) + list(cause.character)
    if len(set(roles)) < len(set(facts)) + len({sign.finding for sign in cause.signs}) + len(cause.character):
        yield KnowledgeError("two_roles", place=cause.place, id=cause.id, finding=_twice(roles))
    for fact in facts:
        yield from _fact(knowledge, cause, fact)
    for sign in cause.signs:
        yield from _sign(knowledge, cause, sign)
    for id, shares in cause.character.items():
        finding = knowledge.findings.get(id)
        if finding is None or not finding.character:
            yield KnowledgeError("not_a_character", place=cause.place, id=cause.id, finding=id)
            continue
        for value in shares.shares:
            if value not in [level.id for level in finding.levels]:
                yield _level(cause.place, finding, value)


def _twice(items: list[str]) -> str:
    return next(item for item in items if items.count(item) > 1)


def _fact(knowledge: Knowledge, cause: Cause, fact: str) -> Iterator[KnowledgeError]:
    finding = knowledge.findings.get(fact)
    if finding is None:
        return  # an unknown id, told elsewhere
    ids = list(level_ids(finding))
    if finding.frequency is None and not finding.frequencies and finding.shares is None:
        yield KnowledgeError("frequency_missing", place=finding.place, id=finding.id, cause=cause.id)
    for mover in cause.prior.moved_by:
        if mover.fact == fact:
            ways = (mover.odds_ratio, mover.relative_risk, mover.odds_ratios, mover.relative_risks)
            if sum(bool(way) for way in ways) != 1:
                yield KnowledgeError("mover_unclear", place=cause.place, id=cause.id, finding=fact)
            for level in [*mover.odds_ratios, *mover.relative_risks]:
                if level not in ids:
                    yield _level(cause.place, finding, level)
    for setter in cause.prior.set_by:
        for level in setter.levels if setter.fact == fact else ():
            if level not in ids:
                yield _level(cause.place, finding, level)
    for level in [*cause.stages, *(cause.prior.fact_levels if cause.prior.fact == fact else ())]:
        if cause.prior.fact == fact and level not in ids:
            yield _level(cause.place, finding, level)


def _sign(knowledge: Knowledge, cause: Cause, sign: SignLink) -> Iterator[KnowledgeError]:
    finding = knowledge.findings.get(sign.finding)
    if finding is None:
        return
    if finding.form == "choice":
        yield KnowledgeError("choice_as_sign", place=cause.place, id=cause.id, finding=finding.id)
        return
    ids = list(level_ids(finding))
    rungs = [level for level in ids if level != reference(finding)]
    level = sign.level or (rungs[0] if len(rungs) == 1 else None)
    if level not in rungs:
        yield _level(cause.place, finding, str(sign.level))
        return
    if level not in finding.frequencies and (finding.frequency is None or len(rungs) > 1):
        yield KnowledgeError(
            "frequency_missing",
            place=finding.place,
            id=f"{finding.id} ({level})" if finding.levels else finding.id,
            cause=cause.id,
        )
    given = {
        name
        for name in ("sensitivity", "false_positive", "specificity", "lr_positive", "lr_negative", "odds_ratio")
        if getattr(sign, name) is not None
    }
    enough = given in (
        {"sensitivity"},
        {"sensitivity", "false_positive"},
        {"sensitivity", "specificity"},
        {"lr_positive"},
        {"lr_negative"},
        {"lr_positive", "lr_negative"},
        {"odds_ratio"},
    )
    if not enough or (sign.referred and not given & {"false_positive", "specificity", "lr_negative"}):
        yield KnowledgeError("sign_unclear", place=cause.place, id=cause.id, finding=finding.id)
    elif _speaks_against(sign):
        yield KnowledgeError("sign_speaks_against", place=cause.place, id=cause.id, finding=finding.id)


def _speaks_against(sign: SignLink) -> bool:
    """A noisy-OR cannot hold a sign that is rarer with the cause than without it."""
    for ratio in (sign.lr_positive, sign.odds_ratio):
        if ratio is not None and not ratio.by and point(ratio) <= 1:
            return True
    if sign.lr_negative is not None and not sign.lr_negative.by and point(sign.lr_negative) >= 1:
        return True
    s, f = sign.sensitivity, sign.false_positive
    if sign.specificity is not None and s is not None:
        return _plain(s) and _plain(sign.specificity) and point(s) <= 1 - point(sign.specificity)
    return s is not None and f is not None and _plain(s) and _plain(f) and point(s) <= point(f)


def _plain(number: Number) -> bool:
    return not number.by


def _names(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    """An id means one thing; only a cause, the finding that it is, and the medicine that it is may share one."""
    seen: dict[str, str] = {}
    for name, shelf in knowledge.shelves().items():
        for id, entry in shelf.items():
            if id in seen and not {name, seen[id]} <= {"causes", "findings", "medicines"}:
                yield KnowledgeError("id_twice", place=entry.place, id=id, first=seen[id])
            seen[id] = name
