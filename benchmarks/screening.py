"""How long a screening takes, how that grows, and how the two engines compare.

    python -m benchmarks.screening growth [PEOPLE ...]      # from FHIR NDJSON, OMOP (Parquet) and a table of cases
    python -m benchmarks.screening engines [PEOPLE]         # DuckDB and Spark, one worker and two, on the same NDJSON
    python -m benchmarks.screening mapped FOLDER [DAY]      # of data that nobody here wrote: which codes kram knows

Every run is `kram screen --all` in a process of its own. The split is processor seconds over all workers, wall time is
beside it with the load of the machine; memory is the peak of all processes together.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from kram.screening.counting import summary_of
from kram.screening.summary import Summary

SIZES = (10_000, 100_000)
FORMATS = ("fhir", "omop", "cases")
STAGES = ("reading", "shaping", "inference", "writing", "joining")
DAY = "2026-06-30"


class Ran(NamedTuple):
    seconds: float
    peak: float  # MB


def kram(*arguments: str) -> Ran:
    """The command, watched."""
    started = time.perf_counter()
    peak = 0.0
    with subprocess.Popen([sys.executable, "-m", "kram", *arguments], stdout=subprocess.DEVNULL) as run:
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.5):
                peak = max(peak, memory_of(run.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = run.wait()
        done.set()
        watcher.join()
    if code:
        raise SystemExit(f"kram {arguments[0]} failed")
    return Ran(time.perf_counter() - started, peak)


def memory_of(root: int) -> float:
    """MB of a process and its descendants."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    parents, memory = {}, {}
    for row in table.splitlines():
        pid, parent, rss = map(int, row.split())
        parents[pid], memory[pid] = parent, rss
    total = 0
    for pid in memory:
        at = pid
        while at not in (0, root):
            at = parents.get(at, 0)
        total += memory[pid] if at == root else 0
    return total / 1024


def size_of(source: Path) -> float:
    """MB on disk."""
    return sum(file.stat().st_size for file in source.rglob("*") if file.is_file()) / 1e6


def split(summary: Summary) -> str:
    return " | ".join(f"{summary.seconds.get(stage, 0.0):.1f}" for stage in STAGES)


def growth(sizes: list[int]) -> None:
    print(f"| people | from | MB | wall s | {' | '.join(STAGES)} | processor ms a person | peak MB | load |")
    for size in sizes:
        for form in FORMATS:
            with tempfile.TemporaryDirectory() as temporary:
                source, out = Path(temporary) / form, Path(temporary) / "out.parquet"
                kram("synthesize", "-n", str(size), "--format", form, "--seed", "7", "-o", str(source))
                ran = kram("screen", str(source), "-o", str(out), "--all", "--as-of", DAY)
                told = summary_of(out)
                assert told.rows == size
                each = 1000 * sum(told.seconds.values()) / size
                start = f"| {size:,} | {form} | {size_of(source):.0f} | {ran.seconds:.0f} | {split(told)}"
                print(f"{start} | {each:.2f} | {ran.peak:.0f} | {os.getloadavg()[0]:.1f} |", flush=True)


def engines(size: int) -> None:
    """Spark starts a JVM and a Python process for each task slot; DuckDB one process for each worker."""
    print(f"| engine | workers | wall s for {size:,} | {' | '.join(STAGES)} | peak MB | load |")
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "fhir"
        kram("synthesize", "-n", str(size), "--seed", "7", "-o", str(source))
        walls: dict[tuple[str, int], float] = {}
        for workers in (1, 2):
            chosen = {
                "duckdb": ["--workers", str(workers)],
                "spark": ["--engine", "spark", "--master", f"local[{workers}]"],
            }
            for engine, options in chosen.items():
                out = Path(temporary) / f"{engine}{workers}"
                ran = kram("screen", str(source), "-o", str(out), "--all", "--as-of", DAY, *options)
                walls[engine, workers] = ran.seconds
                line = f"| {engine} | {workers} | {ran.seconds:.1f} | {split(summary_of(out))} | {ran.peak:.0f}"
                print(f"{line} | {os.getloadavg()[0]:.1f} |", flush=True)
        for workers in (1, 2):
            print(
                f"Spark took {walls['spark', workers] / walls['duckdb', workers]:.1f} times as long, workers: {workers}"
            )


def mapped(folder: Path, day: str) -> None:
    """Of each kind of entry the share whose code kram knows, and the most frequent codes that it does not."""
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "out.parquet"
        kram("screen", str(folder), "-o", str(out), "--all", "--as-of", day)
        told = summary_of(out)
    print(f"{told.people} people, {told.rows} rows; without a row: {told.silent}; faults: {told.faults}")
    print(f"kinds of resources that are not read: {told.not_read}")
    for kind in sorted({*told.known_entries, *told.unknown_entries}):
        known, unknown = told.known_entries.get(kind, 0), told.unknown_entries.get(kind, 0)
        print(f"{kind}: {known} of {known + unknown} coded entries known ({known / (known + unknown):.0%})")
    names = displays(folder)
    for kind, system, code, entries in told.unknown_codes:
        print(f"{entries:>8}  {kind:<18} {system:<8} {code:<18} {names.get(code, '')}")


def displays(folder: Path) -> dict[str, str]:
    """Code -> how the data call it."""
    found: dict[str, str] = {}
    for file in folder.rglob("*.ndjson"):
        for line in file.open("rb"):
            resource = msgspec.json.decode(line)
            for key in ("code", "medicationCodeableConcept"):
                for coding in (resource.get(key) or {}).get("coding", ()):
                    found.setdefault(coding.get("code", ""), coding.get("display", ""))
    return found


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["growth"]
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    if what == "growth":
        growth([int(size) for size in rest] or list(SIZES))
    elif what == "engines":
        engines(int(rest[0]) if rest else SIZES[0])
    elif what == "mapped" and rest:
        mapped(Path(rest[0]), rest[1] if len(rest) > 1 else "2020-01-01")
    else:
        raise SystemExit(__doc__)
