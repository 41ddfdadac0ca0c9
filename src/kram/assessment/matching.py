"""Does a rule hold for a person? Yes, no, or cannot tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kram.assessment.answers import Answers
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import worse
from kram.knowledge.rules import Compare, Fact, Likely, Not, Rule, Some


@dataclass(frozen=True)
class Standing:
    """A person as rules see them; `shares` and `presence` are empty until they are computed."""

    knowledge: Knowledge
    answers: Answers
    shares: Mapping[str, float] = field(default_factory=dict)
    presence: Mapping[str, float] = field(default_factory=dict)

    def holds(self, rule: Rule) -> bool | None:
        """None: some answer that decides it is not known."""
        match rule:
            case Fact():
                return self._fact(rule)
            case Compare():
                return self._compare(rule)
            case Likely(measure=measure, cause=cause, at_least=least):
                known = self.shares if measure == "share" else self.presence
                return known[cause] >= least if cause in known else None
            case Not(rule=inner):
                verdict = self.holds(inner)
                return None if verdict is None else not verdict
            case Some(least=least, rules=parts):
                verdicts = [self.holds(part) for part in parts]
                sure = sum(verdict is True for verdict in verdicts)
                open_ = sum(verdict is None for verdict in verdicts)
                return True if sure >= least else None if sure + open_ >= least else False
        raise TypeError(f"no such rule: {rule!r}")

    def _fact(self, rule: Fact) -> bool | None:
        if rule.fact == "sex":
            sex = self.answers.evidence.sex
            return None if sex == "unknown" else sex in rule.levels
        possible = self.answers.evidence.answers.get(rule.fact)
        if possible is None:
            return None
        wanted = set(rule.levels)
        if rule.or_worse:
            wanted = set(worse(self.knowledge.findings[rule.fact], rule.levels))
        if possible <= wanted:
            return True
        return None if possible & wanted else False

    def _compare(self, rule: Compare) -> bool | None:
        if rule.value == "age":
            return rule.holds(self.answers.evidence.age)
        value = self.answers.values.get(rule.value)
        return None if value is None else rule.holds(value)
