"""One person's question as arrays: all that inference ever sees."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """n causes, k positive signs, L lanes (parameter draws or variants of the evidence) side by side.

    prior       (L, n)     P(C_i = 1) before the evidence, 0..1
    rate        (L, n)     r_i >= 0, monthly log-risk of a cramp that cause i adds while present
    rest        (L,)       r_0 >= 0, the unexplained part
    phi         (L, n+1)   P(observed character of the cramp | T = i); column 0 is the unexplained part
    damp        (L, n)     product over negative evidence of (1 - lambda_ij), 0..1
    keep        (L, k, n)  probability that cause i, present, does NOT fire positive sign j; 1: no link
    rest_keep   (L, k)     the same of the sign's leak
    scale       (L,)       constant factor of the evidence (leaks of negative signs)
    dangerous   (n,)       which causes count for danger
    """

    prior: Array
    rate: Array
    rest: Array
    phi: Array
    damp: Array
    keep: Array
    rest_keep: Array
    scale: Array
    dangerous: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Malformed arrays are refused here, so that no kernel meets them. Raises ValueError."""
        if self.prior.ndim != 2 or self.keep.ndim != 3:
            raise ValueError("prior must be (lanes, causes) and keep (lanes, signs, causes)")
        lanes, n = self.prior.shape
        k = self.keep.shape[1]
        shapes = {
            "prior": (lanes, n),
            "rate": (lanes, n),
            "rest": (lanes,),
            "phi": (lanes, n + 1),
            "damp": (lanes, n),
            "keep": (lanes, k, n),
            "rest_keep": (lanes, k),
            "scale": (lanes,),
        }
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array.shape != shape or array.dtype != np.float64:
                raise ValueError(f"{name} must be float64 of shape {shape}, got {array.dtype} {array.shape}")
            if not (np.isfinite(array).all() and (array >= 0).all()):
                raise ValueError(f"{name} must be finite and not negative")
            if name in ("prior", "damp", "keep", "rest_keep") and (array > 1).any():
                raise ValueError(f"{name} must not exceed 1")
        if self.dangerous.shape != (n,) or self.dangerous.dtype != np.bool_:
            raise ValueError(f"dangerous must be bool of shape {(n,)}")

    @property
    def lanes(self) -> int:
        return int(self.prior.shape[0])

    @property
    def causes(self) -> int:
        return int(self.prior.shape[1])

    @property
    def signs(self) -> int:
        return int(self.keep.shape[1])

    @property
    def largest(self) -> Array:
        """(L,) the largest Lambda: the unexplained rate and those of all causes that can be present."""
        return np.asarray(self.rest + np.where(self.prior > 0, self.rate, 0.0).sum(axis=1))

    def varied(self, **arrays: Array) -> "Network":
        """With other arrays in some places; not looked at again until it is stacked with others."""
        network = object.__new__(Network)
        network.__dict__.update(self.__dict__, **arrays)
        return network

    def take(self, lanes: slice | NDArray[np.int64]) -> "Network":
        """Some of the lanes."""
        return Network(
            self.prior[lanes],
            self.rate[lanes],
            self.rest[lanes],
            self.phi[lanes],
            self.damp[lanes],
            self.keep[lanes],
            self.rest_keep[lanes],
            self.scale[lanes],
            self.dangerous,
        )


@dataclass(frozen=True)
class Posterior:
    """What follows from a Network, lane by lane.

    evidence   (L,)      P(evidence, at least one cramp in the month)
    shares     (L, n+1)  P(T = i | e); column 0 is the unexplained part; rows add up to 1
    presence   (L, n)    P(C_i = 1 | e)
    danger     (L,)      P(any dangerous cause present | e)
    """

    evidence: Array
    shares: Array
    presence: Array
    danger: Array
