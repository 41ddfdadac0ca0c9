"""Many people asked about the same causes and signs: what batch inference is asked about."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kram.model.network import Array, Network


@dataclass(frozen=True)
class Cohort:
    """P people, n causes, F signs. Arrays with a first length of 1 serve everyone.

    prior       (P, n)           as in Network
    rate        (P | 1, n)
    rest        (P | 1,)
    phi         (P | 1, n+1)
    scale       (P | 1,)         factor of the evidence beside the negative signs' leaks
    keep        (F, n)           probability that a cause, present, does NOT fire the sign; 1: no link
    rest_keep   (F,)             the same of the sign's leak
    dangerous   (n,)
    positive, negative           lists of signs: those of person p are signs[starts[p]:starts[p + 1]]
    """

    prior: Array
    rate: Array
    rest: Array
    phi: Array
    scale: Array
    keep: Array
    rest_keep: Array
    dangerous: NDArray[np.bool_]
    positive: "Lists"
    negative: "Lists"

    def __post_init__(self) -> None:
        """Raises ValueError for malformed arrays."""
        if self.prior.ndim != 2 or self.keep.ndim != 2:
            raise ValueError("prior must be (people, causes) and keep (signs, causes)")
        people, n = self.prior.shape
        signs = self.keep.shape[0]
        shapes = {
            "prior": (people, n),
            "rate": (None, n),
            "rest": (None,),
            "phi": (None, n + 1),
            "scale": (None,),
            "keep": (signs, n),
            "rest_keep": (signs,),
        }
        for name, shape in shapes.items():
            array = getattr(self, name)
            rows = (people, 1) if shape[0] is None else (shape[0],)
            if array.dtype != np.float64 or array.ndim != len(shape) or array.shape[1:] != shape[1:]:
                raise ValueError(f"{name} must be float64 of shape {shape}, got {array.dtype} {array.shape}")
            if array.shape[0] not in rows:
                raise ValueError(f"{name} must have {people} rows or 1, got {array.shape[0]}")
            low, high = float(array.min(initial=0.0)), float(array.max(initial=0.0))
            if not (low >= 0 and high < np.inf):  # also false for NaN
                raise ValueError(f"{name} must be finite and not negative")
            if name in ("prior", "keep", "rest_keep") and high > 1:
                raise ValueError(f"{name} must not exceed 1")
        if self.dangerous.shape != (n,) or self.dangerous.dtype != np.bool_:
            raise ValueError(f"dangerous must be bool of shape {(n,)}")
        self.positive.check("positive", people, signs)
        self.negative.check("negative", people, signs)

    @property
    def people(self) -> int:
        return int(self.prior.shape[0])

    @property
    def causes(self) -> int:
        return int(self.prior.shape[1])

    def person(self, p: int) -> Network:
        """One person as a network of one lane."""
        positive, negative = self.positive.of(p), self.negative.of(p)

        def row(array: Array) -> Array:
            return array[[p if array.shape[0] == self.people else 0]]

        return Network(
            prior=row(self.prior),
            rate=row(self.rate),
            rest=row(self.rest),
            phi=row(self.phi),
            damp=self.keep[negative].prod(axis=0)[None],
            keep=self.keep[positive][None],
            rest_keep=self.rest_keep[positive][None],
            scale=row(self.scale) * self.rest_keep[negative].prod(),
            dangerous=self.dangerous,
        )


@dataclass(frozen=True)
class Lists:
    """Ragged lists of signs, one for each person: starts (P+1,), signs (N,), both int64."""

    starts: NDArray[np.int64]
    signs: NDArray[np.int64]

    @classmethod
    def of_people(cls, lists: list[list[int]]) -> "Lists":
        starts = np.zeros(len(lists) + 1, np.int64)
        np.cumsum([len(one) for one in lists], out=starts[1:])
        return cls(starts, np.array([sign for one in lists for sign in one], np.int64))

    def of(self, person: int) -> NDArray[np.int64]:
        return self.signs[self.starts[person] : self.starts[person + 1]]

    def check(self, name: str, people: int, signs: int) -> None:
        """Raises ValueError unless the lists are of so many people and point at so many signs."""
        if self.starts.dtype != np.int64 or self.signs.dtype != np.int64:
            raise ValueError(f"{name} must be int64")
        if self.starts.shape != (people + 1,) or self.signs.ndim != 1:
            raise ValueError(f"{name}.starts must have shape {(people + 1,)}, got {self.starts.shape}")
        ordered = self.starts[0] == 0 and self.starts[-1] == self.signs.size and bool((np.diff(self.starts) >= 0).all())
        if not ordered:
            raise ValueError(f"{name}.starts must rise from 0 to {self.signs.size}")
        if self.signs.size and not (self.signs.min() >= 0 and self.signs.max() < signs):
            raise ValueError(f"{name} must point at signs 0..{signs - 1}")
