"""What can only be checked once the knowledge is numbers: that the causes leave a rest, in every stratum."""

from collections.abc import Iterator

import numpy as np

from kram.errors import KnowledgeError
from kram.knowledge.ages import span
from kram.model.posing import Model
from kram.model.stratum import Stratum

_SLACK = 1.25  # a setter may exceed the published prevalence by rounding, not by more


def faults(model: Model) -> Iterator[KnowledgeError]:
    settings = model.compiled.settings
    for band in settings.age_bands:
        for sex in ("female", "male"):
            stratum = model.stratum(span(band)[0], sex)
            assert isinstance(stratum, Stratum)
            yield from _rest(stratum, settings.rest_floor)
    yield from _setters(model)


def explained(stratum: Stratum) -> tuple[float, np.ndarray]:
    """The whole monthly log-risk of the stratum, and each cause's part of it (central values)."""
    p, r = stratum.average[:, 0], stratum.usual_rate[:, 0]
    return float(stratum.reference[0]), -np.log1p(p * np.expm1(-r))


def _rest(stratum: Stratum, floor: float) -> Iterator[KnowledgeError]:
    whole, parts = explained(stratum)
    if whole - parts.sum() < floor * whole:
        largest = np.argsort(parts)[::-1][:5]
        names = ", ".join(f"{stratum.compiled.cause_ids[i]} {parts[i] / whole:.0%}" for i in largest)
        yield KnowledgeError(
            "rest_too_small",
            place="population.yaml",
            age=stratum.band,
            sex=stratum.sex,
            explained=f"{parts.sum() / whole:.0%}",
            largest=names,
        )


def _setters(model: Model) -> Iterator[KnowledgeError]:
    """A fact that settles a cause cannot alone make it more common than it is."""
    settings = model.compiled.settings
    for index, cause in enumerate(model.compiled.causes):
        for band in settings.age_bands:
            for sex in ("female", "male"):
                stratum = model.stratum(span(band)[0], sex)
                assert isinstance(stratum, Stratum)
                for setter in cause.prior.set_by:
                    weights = stratum.fact(setter.fact).weights(None)
                    part = sum(weights[level][0] for level in setter.levels)
                    to = stratum.prior(index, {setter.fact: frozenset(setter.levels)})[0]
                    if part * to > stratum.average[index, 0] * _SLACK:
                        yield KnowledgeError(
                            "setter_above_average",
                            place=cause.place,
                            id=cause.id,
                            finding=setter.fact,
                            age=band,
                            sex=sex,
                            part=f"{part * to:.4g}",
                            average=f"{stratum.average[index, 0]:.4g}",
                        )
                        return
