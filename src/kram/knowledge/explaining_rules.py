"""A rule in words, as a small tree: what has to hold, and of which things all, any, or how many."""

from msgspec import Struct

from kram.knowledge.explaining import answered, cause_name, proportion_text
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.rules import Compare, Fact, Likely, Not, Rule, Some
from kram.texts import Catalogue, catalogue


class Worded(Struct, frozen=True):
    """`text` on its own, or a heading over `parts`. `findings`: what it looks at, to link to."""

    text: str
    parts: tuple["Worded", ...] = ()
    findings: tuple[str, ...] = ()


def worded(knowledge: Knowledge, rule: Rule, lang: str) -> Worded:
    return _worded(knowledge, rule, catalogue(lang))


def _worded(knowledge: Knowledge, rule: Rule, words: Catalogue) -> Worded:
    match rule:
        case Fact(fact="sex", levels=levels):
            return Worded(words.say("or").join(words.say(f"people_{level}") for level in levels))
        case Fact(fact=fact, levels=levels, or_worse=worse):
            text = answered(knowledge, f"{fact}:{'-'.join(levels)}", words)
            return Worded(words.say("rule_or_worse", what=text) if worse else text, findings=(fact,))
        case Compare():
            return _compared(knowledge, rule, words)
        case Likely(measure=measure, cause=cause, at_least=least):
            name = cause_name(knowledge, cause, words)
            return Worded(words.say(f"rule_{measure}", cause=name, least=proportion_text(least, words)))
        case Not(rule=inner):
            part = _worded(knowledge, inner, words)
            if part.parts:
                return Worded(words.say("rule_not_these"), (part,))
            return Worded(words.say("rule_not", what=part.text), findings=part.findings)
        case Some(least=least, rules=rules):
            parts = tuple(_worded(knowledge, part, words) for part in rules)
            if len(parts) == 1:
                return parts[0]
            key = "rule_any" if least == 1 else "rule_all" if least == len(parts) else "rule_some"
            return Worded(words.say(key, least=least), parts)
    raise TypeError(f"no such rule: {rule!r}")


def _compared(knowledge: Knowledge, rule: Compare, words: Catalogue) -> Worded:
    finding = knowledge.findings.get(rule.value)
    name = finding.name[words.lang] if finding else words.say(f"value_{rule.value}")
    unit = f" {finding.unit}" if finding and finding.unit else ""
    bounds = []
    if rule.low != float("-inf"):
        key = "rule_above" if rule.low_open else "rule_at_least"
        bounds.append(words.say(key, value=words.figure(rule.low, 6) + unit))
    if rule.high != float("inf"):
        key = "rule_at_most" if rule.high_closed else "rule_below"
        bounds.append(words.say(key, value=words.figure(rule.high, 6) + unit))
    text = f"{name}: {words.say('and').join(bounds)}"
    return Worded(text, findings=(finding.id,) if finding else ())
