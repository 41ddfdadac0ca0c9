"""A person's evidence -> the arrays that inference is asked about, and variants of them.

Every variant (an answer withheld, an open question answered) is one more lane of the same plan: the positive signs
keep their places, and a sign that a variant does not have is one that fires by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kram.knowledge.ages import band_of
from kram.knowledge.ladders import read
from kram.model.compiling import Compiled
from kram.model.evidence import Evidence, Levels
from kram.model.network import Array, Network
from kram.model.stratum import MixedStratum, Stratum


class Model:
    """What the assessment asks: evidence in, networks out. Strata are made once and kept."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._strata: dict[tuple[int, str, bool], Stratum | MixedStratum] = {}

    def stratum(self, age: float, sex: str, draws: bool = True) -> Stratum | MixedStratum:
        """`draws`: with all parameter draws, else the central values alone."""
        band = band_of(age, self.compiled.settings.age_bands)
        if (band, sex, draws) not in self._strata:
            self._strata[band, sex, draws] = self._made(age, band, sex, draws)
        return self._strata[band, sex, draws]

    def _made(self, age: float, band: int, sex: str, draws: bool) -> Stratum | MixedStratum:
        if sex == "unknown":
            one, other = (self.stratum(age, each, draws) for each in ("female", "male"))
            assert isinstance(one, Stratum)
            assert isinstance(other, Stratum)
            return MixedStratum(one, other)
        if draws:
            return Stratum(self.compiled, band, sex)
        whole = self.stratum(age, sex)
        assert isinstance(whole, Stratum)
        return Stratum(self.compiled.central, band, sex, whole)

    def pose(self, evidence: Evidence, draws: bool = True) -> "Posed":
        """`draws`: with all parameter draws, else the central values alone."""
        return Posed(self, evidence, self.stratum(evidence.age, evidence.sex, draws))


@dataclass(frozen=True)
class Piece:
    """What one answer contributes: factors of the causes' on-weights, of the whole, and a positive sign."""

    damp: Array  # (causes, lanes)
    scale: Array  # (lanes,)
    keep: Array | None  # (causes, lanes), of the sign that fired
    rest_keep: Array | None


class Posed:
    """One person's evidence laid out, ready to be varied."""

    def __init__(self, model: Model, evidence: Evidence, stratum: Stratum | MixedStratum) -> None:
        self.model = model
        self.evidence = evidence
        self.stratum = stratum
        self.compiled = compiled = stratum.compiled
        self.pieces = {
            id: piece
            for id, levels in evidence.answers.items()
            if id in compiled.links and (piece := self._piece(id, levels)) is not None
        }
        self.positives = tuple(id for id, piece in self.pieces.items() if piece.keep is not None)
        n = len(compiled.causes)
        self.prior = np.stack([self._prior(i, evidence) for i in range(n)])
        self.rate = np.stack([self._rate(i, evidence) for i in range(n)])
        self.phi = {id: self._phi(id, levels) for id, levels in evidence.answers.items() if id in compiled.phi}
        self.phi |= {id: compiled.soft(likelihood)[:, None] for id, likelihood in evidence.soft.items()}

    @cached_property
    def _base(self) -> Network:
        return self._network(list(self.pieces.values()), list(self.phi.values()), self.prior, self.rate)

    def network(self) -> Network:
        """The evidence itself, on every lane."""
        return self._base

    def withheld(self, finding: str) -> Network:
        """The evidence without one answer."""
        pieces = [piece if id != finding else self._silent(piece) for id, piece in self.pieces.items()]
        phi = [factor for id, factor in self.phi.items() if id != finding]
        prior, rate = self._moved(self.evidence.without(finding), finding)
        return self._network(pieces, phi, prior, rate)

    def supposed(self, finding: str, levels: Levels) -> Network:
        """The evidence with one more answer whose sign part is negative (or none): see `not_beyond`."""
        base = self._base
        if finding not in self.compiled.phi and finding not in self.compiled.movers:
            return base
        phi = base.phi * self._phi(finding, levels).T if finding in self.compiled.phi else base.phi
        if finding not in self.compiled.movers:
            return base.varied(phi=phi)
        prior, rate = self._moved(self.evidence.given(finding, *levels), finding)
        return base.varied(phi=phi, prior=np.ascontiguousarray(prior.T), rate=np.ascontiguousarray(rate.T))

    def not_beyond(self, finding: str, rungs: Sequence[str], network: Network) -> Network:
        """`network` and: these rungs of the finding are not reached."""
        if not rungs:
            return network
        damp, scale = network.damp, network.scale
        for rung in rungs:
            links, leak = self._sign(finding, rung)
            damp = damp * (1.0 - links).T
            scale = scale * (1.0 - leak)
        return network.varied(damp=damp, scale=scale)

    def _network(self, pieces: list[Piece], phi: list[Array], prior: Array, rate: Array) -> Network:
        n, lanes = prior.shape
        damp = np.ones((n, lanes))
        scale = np.ones(lanes)
        for piece in pieces:
            damp = damp * piece.damp
            scale = scale * piece.scale
        fired = [piece for piece in pieces if piece.keep is not None]
        keep = np.stack([piece.keep for piece in fired if piece.keep is not None]) if fired else np.ones((0, n, lanes))
        rests = [piece.rest_keep for piece in fired if piece.rest_keep is not None]
        character = np.ones((n + 1, lanes))
        for factor in phi:
            character = character * factor
        return Network(
            prior=np.ascontiguousarray(prior.T),
            rate=np.ascontiguousarray(rate.T),
            rest=np.ascontiguousarray(self.stratum.rest),
            phi=np.ascontiguousarray(character.T),
            damp=np.ascontiguousarray(damp.T),
            keep=np.ascontiguousarray(np.moveaxis(keep, -1, 0)),
            rest_keep=np.ascontiguousarray(np.stack(rests, axis=-1) if rests else np.ones((lanes, 0))),
            scale=np.ascontiguousarray(scale),
            dangerous=self.compiled.dangerous,
        )

    def _piece(self, id: str, levels: Levels) -> Piece | None:
        reading = read(self.compiled.knowledge.findings[id], levels)
        if reading is None:
            return None
        n, lanes = len(self.compiled.causes), self.compiled.lanes
        damp, scale = np.ones((n, lanes)), np.ones(lanes)
        for rung in reading.not_reached:
            links, leak = self._sign(id, rung)
            damp, scale = damp * (1.0 - links), scale * (1.0 - leak)
        if reading.fired is None:
            return Piece(damp, scale, None, None)
        near, far = reading.fired
        links, leak = self._sign(id, near)
        keep, rest_keep = 1.0 - links, 1.0 - leak
        if far is not None:  # at least `near`, given that `far` is not reached
            further, further_leak = self._sign(id, far)
            keep = np.divide(keep, 1.0 - further, out=np.ones_like(keep), where=further < 1.0)
            rest_keep = rest_keep / (1.0 - further_leak)
        return Piece(damp, scale, np.clip(keep, 0.0, 1.0), np.clip(rest_keep, 0.0, 1.0))

    @staticmethod
    def _silent(piece: Piece) -> Piece:
        """The place of a sign that is not there: it constrains nothing."""
        none = np.ones_like(piece.damp)
        if piece.keep is None or piece.rest_keep is None:
            return Piece(none, np.ones_like(piece.scale), None, None)
        return Piece(none, np.ones_like(piece.scale), none, np.zeros_like(piece.rest_keep))

    def _moved(self, evidence: Evidence, finding: str) -> tuple[Array, Array]:
        """Priors and rates when the answer to one finding changes: only the causes that it moves are made anew."""
        touched = self.compiled.movers.get(finding, ())
        if not touched:
            return self.prior, self.rate
        prior, rate = self.prior.copy(), self.rate.copy()
        for index in touched:
            prior[index] = self._prior(index, evidence)
            rate[index] = self._rate(index, evidence)
        return prior, rate

    def _prior(self, index: int, evidence: Evidence) -> Array:
        return self.stratum.prior(index, self._known(index, evidence))

    def _rate(self, index: int, evidence: Evidence) -> Array:
        return self.stratum.rate(index, self._known(index, evidence))

    def _known(self, index: int, evidence: Evidence) -> dict[str, Levels | None]:
        return {fact: evidence.answers.get(fact) for fact in self.compiled.facts[index]}

    def _sign(self, id: str, rung: str) -> tuple[Array, Array]:
        return self.stratum.sign(id, rung)

    def _phi(self, id: str, levels: Levels) -> Array:
        """(causes + 1, lanes): P(one of these values | T)."""
        finding = self.compiled.knowledge.findings[id]
        rows = [index for index, level in enumerate(finding.levels) if level.id in levels]
        return np.asarray(self.compiled.phi[id][rows].sum(axis=0))
