"""Everything about one person that inference is asked, in one call: all of it are lanes of one plan."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kram.assessment.answers import Answers
from kram.assessment.asking import Supposition, judge, suppose
from kram.errors import CostError
from kram.inference.cost import TooCostly, TooManyCauses
from kram.inference.exact import posterior as exact
from kram.inference.information import Outlook
from kram.inference.stacking import split, stack
from kram.knowledge.entries import Finding
from kram.model.network import Network, Posterior
from kram.model.posing import Model, Posed

Engine = Callable[[Network], Posterior]


@dataclass(frozen=True)
class Computed:
    """`posterior`: all lanes (0 is central). `withheld`: central, without one answer. `outlooks`: by open finding."""

    posed: Posed
    posterior: Posterior
    withheld: dict[str, Posterior]
    outlooks: dict[str, Outlook]


def compute(
    model: Model,
    answers: Answers,
    open_: Iterable[Finding],
    *,
    draws: bool = True,
    reasons: bool = True,
    engine: Engine = exact,
) -> Computed:
    """Raises CostError where an exact answer would take too long."""
    posed = model.pose(answers.evidence, draws=draws)
    central = model.pose(answers.evidence, draws=False) if draws else posed
    withheld = {id: central.withheld(id) for id in (*answers.given, *answers.responses)} if reasons else {}
    suppositions = {finding.id: suppose(central, finding) for finding in open_}
    variants = [network for cases in suppositions.values() for case in cases for _, network in case.terms]
    asked = [posed.network(), *withheld.values(), *variants]
    networks = list({id(network): network for network in asked}.values())  # many variants have parts in common
    try:
        found = split(engine(stack(networks)), networks)
    except TooManyCauses as fault:
        raise CostError("too_many_causes", causes=len(model.compiled.causes)) from fault
    except TooCostly as fault:
        raise CostError("too_costly", signs=len(posed.positives), cost=f"{fault.cost:.2g}") from fault
    by_network = {id(network): posterior for network, posterior in zip(networks, found, strict=True)}
    return Computed(
        posed,
        found[0],
        {finding: by_network[id(network)] for finding, network in withheld.items()},
        judge(_said(suppositions), by_network),
    )


def _said(suppositions: dict[str, list[Supposition]]) -> dict[str, list[Supposition]]:
    """Only findings that the model looks at."""
    return {finding: cases for finding, cases in suppositions.items() if cases}
