"""kram's own knowledge: a person with many signs, assessed whole, and the part of it that is the kernel's."""

import time
from collections.abc import Iterator

from benchmarks.measuring import best
from kram.assessment.answers import Answers
from kram.assessment.asking import open_findings
from kram.assessment.assessing import CLINIC, Assessor
from kram.assessment.case_reading import read_case
from kram.assessment.computing import compute
from kram.inference import exact
from kram.loading import load_assessor
from kram.model.network import Network, Posterior

INTERVIEW = """
from benchmarks.own_knowledge import person
from kram.assessment.interviewing import next_step
from kram.loading import load_assessor
assessor = load_assessor()
answers = person(assessor, 8)
for step in range(10):
    next_step(assessor, answers, frozenset(str(n) for n in range(step)) | {"medicines", "conditions"}, clinic=True)
assessor.assess(answers, "id")
"""


def person(assessor: Assessor, positive: int) -> Answers:
    """A woman of 67 with so many positive signs, those that most causes share first."""
    links = assessor.model.compiled.links
    findings = assessor.knowledge.findings
    plain = [
        id
        for id in links
        if findings[id].kind in ("question", "examination") and not findings[id].levels and not findings[id].asked_if
    ]
    plain.sort(key=lambda id: -sum(len(rung) for rung in links[id].values()))
    case = {"person": {"age": 67, "sex": "female"}, "findings": dict.fromkeys(plain[:positive], "yes")}
    return read_case(case, assessor.lookup)


def rows() -> Iterator[tuple[str, float, str, float | None, str]]:
    """(what, value, unit, goal, note)"""
    assessor = load_assessor()
    for k in (3, 8, 12):
        answers = person(assessor, k)
        spent: list[float] = []
        lanes: list[int] = []

        def engine(network: Network, spent: list[float] = spent, lanes: list[int] = lanes) -> Posterior:
            start = time.perf_counter()
            found = exact.posterior(network)
            spent.append(time.perf_counter() - start)
            lanes.append(network.lanes)
            return found

        timed = Assessor(assessor.model, engine)
        whole = best(lambda a=answers, t=timed: t.assess(a, "id"), 5)  # type: ignore[misc]
        causes = len(assessor.knowledge.causes)
        what = f"{causes} causes, {k} positive: assess, 256 draws"
        yield f"{what}, whole", whole * 1e3, "ms", None, f"{lanes[-1]} lanes"
        yield f"{what}, kernel", min(spent) * 1e3, "ms", 15.0 if k == 8 else None, ""
        spent.clear()
        open_ = open_findings(assessor.standing(answers), CLINIC, frozenset())
        whole = best(
            lambda a=answers, o=open_: compute(assessor.model, a, o, draws=False, reasons=False, engine=engine),  # type: ignore[misc]
            5,
        )
        what = f"{causes} causes, {k} positive: information of {len(open_)}"
        yield f"{what}, whole", whole * 1e3, "ms", None, f"{lanes[-1]} lanes"
        yield f"{what}, kernel", min(spent) * 1e3, "ms", 10.0 if k == 8 else None, ""
