"""The kernel beside its peers, on the same people in one run: python -m benchmarks.inference [--json] [--quick]

Peers give presence only; kram is measured for presence alone and for everything (shares, presence, danger). Times are
the best of several. A goal stands beside each number that has one.
"""

import argparse
import importlib.util
import json
import os
import sys
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from tests.kernel import oracle

from benchmarks import counting, floors, own_knowledge, persons
from benchmarks.measuring import best, limit_memory, memory, process, threads
from benchmarks.peers import PEERS
from benchmarks.people import cohort, only, world
from benchmarks.report import Row, Run, line
from kram.inference import exact, planning, quadrature

ROOT = Path(__file__).parents[1]
FIELD = "pyAgrum, signed field by hand"


def one_person(run: Run, size: str, k: int) -> None:
    """Presence of one person: kram in a batch and in a call of its own, NumPy, and every peer that ends."""
    count = 2000 if k <= 8 else 300 if k <= 12 else 60 if k <= 15 else 6
    people = cohort(world(size), count, (k, k))
    what = f"{size}, {k} positive signs, presence"
    with threads(1):
        mine = best(lambda: exact.posteriors(people, shares=False)) / people.people
        whole = best(lambda: exact.posteriors(people)) / people.people if k <= 15 else float("nan")
        first = only(people, 0)
        call = best(lambda: exact.posteriors(first, shares=False), 20)
        numpy = best(lambda: exact.posteriors(first, shares=False, core=False), 1, 0.2)
    run.add(Row(what, "kram, in a batch", mine * 1e6, "us"))
    run.add(Row(what, "kram, a call of its own", call * 1e6, "us"))
    run.add(Row(what, "kram, everything, in a batch", whole * 1e6, "us"))
    run.add(Row(what, "kram in NumPy (with shares)", numpy * 1e6, "us"))
    reference = exact.posteriors(people, shares=False).presence
    goals = {3: 1000, 5: 1000, 8: 1000, 12: 300, 15: 100, 20: 1} if size == "n48" else {}
    for name, (module, peer, most) in PEERS.items():
        if importlib.util.find_spec(module) is None:
            run.add(Row(what, name, float("nan"), "us", note=f"skipped: {module} is not installed"))
            continue
        if k > most.get(people.causes, -1):
            continue
        spent, worst = [], 0.0
        some = min(people.people, 2 if "pgmpy" in name or "documented" in name or run.quick else 6)
        for person in range(some):
            try:
                built, asked, presence = peer(people, person)
            except MemoryError:
                break
            spent.append((built + asked, asked))
            worst = max(worst, float(np.abs(presence - reference[person]).max()))
        if not spent:
            run.add(Row(what, name, float("nan"), "us", note="out of memory"))
            continue
        with_build, asking = min(total for total, _ in spent), min(asked for _, asked in spent)
        note = f"asking alone {asking * 1e6:.0f} us; off from kram by {worst:.0e}"
        run.add(Row(what, name, with_build * 1e6, "us", note=note))
        goal = goals.get(k) if name == FIELD else None
        run.add(Row(what, "... over kram in a batch, with build", with_build / mine, "x", goal, True))
        run.add(Row(what, "... over a call of kram, with build", with_build / call, "x"))


def many(run: Run) -> None:
    count = 10_000 if run.quick else 100_000
    for low, high, shares, goal in ((2, 8, False, 0.3), (2, 15, False, 2.0), (2, 8, True, 1.5)):
        people = cohort(world("n48"), count, (low, high))
        what = f"n48, {low}-{high} positive, {'everything' if shares else 'presence'}"
        found = best(partial(exact.posteriors, people, shares=shares), 3, 6)
        found *= 100_000 / count
        run.add(Row(f"100,000 people, {what}", "kram, two threads", found, "s", goal))
        few = cohort(world("n48"), 30, (low, high))
        slow = best(partial(exact.posteriors, few, shares=shares, core=False), 1, 0)
        run.add(Row(f"100,000 people, {what}", "kram in NumPy (from 30)", slow / 30 * 100_000, "s"))


def growth(run: Run) -> None:
    for size in ("n12", "n24", "n48", "qmr"):
        people = cohort(world(size), 10, (20, 20))
        costs = [planning.plan(people.person(p).keep[0] < 1).cost for p in range(people.people)]
        affordable = [p for p, cost in enumerate(costs) if cost <= exact.BUDGET]
        with threads(1):
            found = [
                best(partial(exact.posteriors, only(people, person), shares=False), 2, 0.1) for person in affordable
            ]
        note = f"{len(affordable)} of 10 within the budget; most states {max(costs):.2g}"
        value = float(np.median(found)) * 1e3 if found else float("nan")
        goal = 10.0 if size == "qmr" else None
        run.add(Row(f"{size}, 20 positive signs, presence", "kram, median, a call", value, "ms", goal, note=note))


def exactness(run: Run) -> None:
    """Against 80 digits: presence up to 12 positive signs, shares up to 8, likely and unlikely evidence."""
    for k, unlikely in ((5, 0.0), (8, 0.5), (8, 1.0), (12, 0.0), (12, 1.0)):
        if run.quick and k > 8:
            continue
        people = cohort(world("n48"), 1, (k, k), unlikely=unlikely)
        person = people.person(0)
        evidence = "ordinary" if not unlikely else "unlikely" if unlikely == 1 else "half unlikely"
        exactly = [float(x) for x in oracle.presence(person)]
        found = exact.posteriors(people, shares=False).presence[0]
        error = float(np.abs(found - exactly).max())
        run.add(Row(f"n48, {k} positive, {evidence}: presence", "kram against 80 digits", error, "", 1e-12))
        if k <= 8:
            shares, presence, danger, _ = oracle.posterior(person)
            whole = exact.posterior(person)
            error = max(
                *(abs(float(a) - b) for a, b in zip(shares, whole.shares[0], strict=True)),
                *(abs(float(a) - b) for a, b in zip(presence, whole.presence[0], strict=True)),
                abs(float(danger) - whole.danger[0]),
            )
            run.add(Row(f"n48, {k} positive, {evidence}: everything", "kram against 80 digits", error, "", 1e-12))


def floor(run: Run) -> None:
    machine = floors.measured()
    if machine is None:
        run.add(Row("the floor", "this machine", float("nan"), "", note="skipped: no C compiler"))
        return
    note = f"{machine.first / 1e9:.0f} GB/s in 24 KB, {machine.second / 1e9:.0f} in 800 KB"
    run.add(Row("one core", "this machine", machine.flops / 1e9, "GF/s", note=note))
    for k in (5, 8, 12, 15):
        people = cohort(world("n48"), 2000 if k <= 8 else 200 if k == 12 else 40, (k, k))
        counted = []
        for nodes in (1, quadrature.LADDER[quadrature.rung_of(float(people.person(0).largest[0]))][1]):
            routes = [planning.plan(people.person(p).keep[0] < 1) for p in range(min(people.people, 40))]
            counted.append([counting.needs(route, nodes) for route in routes])
        for shares, needs in zip((False, True), counted, strict=True):
            wide = max(16.0 * 2.0 ** max(route.width for route in routes), 1) * (8 if shares else 1)
            bandwidth = machine.first if wide < 24_000 else machine.second
            operations, moved = (np.array(column) for column in zip(*needs, strict=True))
            least = counting.floor(operations, moved, machine.flops, bandwidth)
            with threads(1):
                took = best(partial(exact.posteriors, people, shares=shares, danger=False)) / people.people
            what = f"n48, {k} positive, {'shares' if shares else 'presence'}: of the floor"
            counts = f"{operations.mean() / 1e3:.0f} kflop, {moved.mean() / 1e3:.0f} kB"
            note = f"{counts}, floor {least * 1e6:.2f} us, took {took * 1e6:.2f} us"
            run.add(Row(what, "kram, one thread", 100 * least / took, "%", 30.0 if k >= 8 else None, True, note))


def start_and_memory(run: Run) -> None:
    case = str(ROOT / "examples" / "night-cramps-thiazide.yaml")
    run.add(Row("kram assess, a cold process, whole", "kram", process(["-m", "kram", "assess", case]), "s", 0.5))
    run.add(Row("python -c 'import numpy', for comparison", "NumPy", process(["-c", "import numpy"]), "s"))
    run.add(Row("memory of an interview", "kram", memory(own_knowledge.INTERVIEW), "MB", 130.0))
    batch = (
        "from benchmarks.people import world, cohort\nfrom kram.inference import exact\n"
        f"people = cohort(world('n48'), {10_000 if run.quick else 100_000}, (2, 8))\nexact.posteriors(people)"
    )
    run.add(Row("memory of 100,000 people, everything", "kram", memory(batch), "MB", 1000.0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--quick", action="store_true", help="fewer people and peers, in about two minutes")
    given = parser.parse_args()
    run = Run(given.quick, given.as_json)
    print(f"engine: {exact.engine_in_use()}; threads: {exact.threads()}", file=sys.stderr)
    run.title("Cold start and memory")
    start_and_memory(run)
    limit_memory(8)
    run.title("kram's own knowledge")
    for what, value, unit, goal, note in own_knowledge.rows():
        run.add(Row(what, "kram", value, unit, goal, note=note))
    run.title("Everything about one person")
    persons.everything(run)
    run.title("Many people")
    many(run)
    run.title("How far from the floor")
    floor(run)
    run.title("Growth")
    growth(run)
    run.title("Exactness")
    exactness(run)
    run.title("One person, beside the peers (they give presence only)")
    for size, ks in (("n48", (3, 5, 8, 12, 15, 20)), ("n24", (5, 8)), ("n12", (5, 8))):
        for k in ks:
            one_person(run, size, k)
    if given.as_json:
        print(json.dumps([{**row.__dict__, "met": row.met} for row in run.rows], indent=1))
        return
    judged = [row for row in run.rows if row.met is not None]
    run.title(f"Goals: {sum(bool(row.met) for row in judged)} of {len(judged)} met")
    for row in judged:
        print(line(row))


if __name__ == "__main__":
    main()
