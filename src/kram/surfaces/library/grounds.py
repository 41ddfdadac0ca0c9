"""What speaks for a cause and what against it, strongest first, read off the numbers on its page."""

import math
from dataclasses import dataclass

from kram.knowledge.ages import band_of, row_of
from kram.knowledge.causes import Cause, SignLink
from kram.knowledge.entries import Finding
from kram.knowledge.explaining import Explained, answered, explained, proportion_text, same_of
from kram.knowledge.knowledge import Knowledge
from kram.knowledge.ladders import ladders
from kram.knowledge.numbers import Number, point
from kram.texts import Catalogue, catalogue

STRONG, CLEAR, SLIGHT = 1.5, 0.6, 0.1  # of the natural logarithm of a likelihood ratio, for the choice of words
_TINY = 1e-6
_WORTH_SAYING = 0.05  # an answer rarer than this with and without the cause says little to a reader


@dataclass(frozen=True)
class Ground:
    """One finding, its answer, how much it speaks (`weight`, natural logarithm), and the numbers behind that."""

    finding: str
    name: str
    weight: float
    strength: str
    text: str
    figures: tuple[Explained, ...]


def grounds(knowledge: Knowledge, cause: Cause, lang: str) -> tuple[list[Ground], list[Ground]]:
    """(for, against), each strongest first."""
    reader = _Reader(knowledge, cause, catalogue(lang))
    found = [ground for ground in reader.all() if abs(ground.weight) >= SLIGHT]
    found.sort(key=lambda ground: (-abs(ground.weight), ground.name))
    return [g for g in found if g.weight > 0], [g for g in found if g.weight < 0]


class _Reader:
    def __init__(self, knowledge: Knowledge, cause: Cause, words: Catalogue) -> None:
        self.knowledge = knowledge
        self.cause = cause
        self.words = words
        self.figures = explained(knowledge, cause, words.lang)
        settings = knowledge.settings
        self.band = settings.age_bands[band_of(cause.typical.age, settings.age_bands)]

    def all(self) -> list[Ground]:
        return [*self._movers(), *self._setters(), *self._signs(), *self._characters()]

    def _value(self, number: Number | None) -> float | None:
        """In the typical bearer."""
        if number is None:
            return None
        row = row_of(number, self.band, self.cause.typical.sex)
        return point(number.rows()[row if row is not None else 0])

    def _ground(self, finding: str, label: str, weight: float, text: str, prefix: str, key: str = "") -> Ground:
        name = answered(self.knowledge, label, self.words)
        size = "strong" if abs(weight) >= STRONG else "clear" if abs(weight) >= CLEAR else "slight"
        return Ground(
            finding=finding,
            name=self.words.say(key, name=name) if key else name,
            weight=weight,
            strength=self.words.say(f"{'for' if weight > 0 else 'against'}_{size}"),
            text=text,
            figures=tuple(f for f in self.figures if f.path == prefix or f.path.startswith(f"{prefix}.")),
        )

    # before the cause

    def _movers(self) -> list[Ground]:
        found = []
        for mover in self.cause.prior.moved_by:
            single = mover.odds_ratio or mover.relative_risk
            ratios = {"": single} if single else {**mover.odds_ratios, **mover.relative_risks}
            for level, number in ratios.items():
                ratio = self._value(number)
                assert ratio is not None  # the check sees to it
                name = "odds_ratios" if mover.odds_ratios else "relative_risks"
                prefix = f"prior.moved_by.{mover.fact}" + (f".{name}.{level}" if level else "")
                label = f"{mover.fact}:{level}" if level else mover.fact
                text = self.words.say("lib_mover_line", ratio=self.words.figure(ratio, 2))
                found.append(self._ground(mover.fact, label, math.log(max(ratio, _TINY)), text, prefix))
        return found

    def _setters(self) -> list[Ground]:
        usual = _logit(self._usual())
        found = []
        for setter in self.cause.prior.set_by:
            to = self._value(setter.to)
            assert to is not None
            weight = _logit(to) - usual
            label = f"{setter.fact}:{'-'.join(setter.levels)}"
            text = self.words.say("lib_setter_line", there=proportion_text(to, self.words))
            found.append(self._ground(setter.fact, label, weight, text, f"prior.set_by.{label}"))
        return found

    def _usual(self) -> float:
        """How many have the cause at any moment."""
        prior = self.cause.prior
        prevalence = self._value(prior.prevalence)
        if prevalence is not None:
            return prevalence
        incidence, months = self._value(prior.incidence), self._value(prior.duration_months)
        return (incidence or _TINY) * max(months or 1.0, 1.0) / 12

    # after it

    def _signs(self) -> list[Ground]:
        found = []
        for link in self.cause.signs:
            finding = self.knowledge.findings[link.finding]
            label = f"{link.finding}:{link.level}" if link.level else link.finding
            up, down, text = self._sign(link, finding)
            prefix = f"signs.{label}"
            found.append(self._ground(finding.id, label, math.log(max(up, _TINY)), text, prefix))
            if down is not None:
                weight = math.log(max(down, _TINY))
                found.append(self._ground(finding.id, label, weight, text, prefix, key="lib_absent"))
        return found

    def _sign(self, link: SignLink, finding: Finding) -> tuple[float, float | None, str]:
        """Likelihood ratios of the sign being there and not being there, and the numbers in a sentence."""
        words = self.words
        sensitivity, specificity = self._value(link.sensitivity), self._value(link.specificity)
        others = self._value(link.false_positive) if specificity is None else 1 - specificity
        if sensitivity is not None:
            key = "lib_sign_line" if others is not None else "lib_sign_line_general"
            if others is None:
                others = self._general(finding, link.level)
            those, rest = same_of((sensitivity, others), words)
            text = words.say(key, those=those, others=rest)
            others = min(max(others, _TINY), 1 - _TINY)
            return sensitivity / others, (1 - sensitivity) / (1 - others), text
        up = self._value(link.lr_positive) or self._value(link.odds_ratio) or 1.0
        return up, self._value(link.lr_negative), words.say("lib_ratio_line", ratio=words.figure(up, 2))

    def _general(self, finding: Finding, level: str | None) -> float:
        if finding.frequency is not None:
            return self._value(finding.frequency) or _TINY
        rung = level or ladders(finding)[0][0]
        return self._value(finding.frequencies.get(rung)) or _TINY

    # the cramp itself

    def _characters(self) -> list[Ground]:
        found = []
        weight_of_average = self.knowledge.settings.character_pseudo_counts
        for id, own in self.cause.character.items():
            average = self.knowledge.findings[id].shares
            assert average is not None  # the check sees to it
            usual = {level: share / sum(average.shares.values()) for level, share in average.shares.items()}
            left = 1 - sum(own.shares.values())
            unnamed = sum(share for level, share in usual.items() if level not in own.shares)
            for level, share in usual.items():
                mine = own.shares.get(level, left * share / unnamed if unnamed else 0.0)
                held = (own.n * mine + weight_of_average * share) / (own.n + weight_of_average)
                those, others = same_of((mine, share), self.words)
                text = self.words.say("lib_character_line", those=those, others=others)
                weight = math.log(max(held, _TINY) / max(share, _TINY))
                if max(mine, share) >= _WORTH_SAYING:
                    found.append(self._ground(id, f"{id}:{level}", weight, text, f"character.{id}"))
        return found


def _logit(p: float) -> float:
    p = min(max(p, _TINY), 1 - _TINY)
    return math.log(p / (1 - p))
