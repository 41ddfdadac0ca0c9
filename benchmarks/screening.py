"""How long a screening takes, and how that grows.

    python -m benchmarks.screening [PEOPLE ...]

For each number of people: invented as FHIR NDJSON, screened with --all, with the time split as the workers tell it
(sums over processes) and the peak memory of all processes together. The reading is set beside plain json, and beside
pandas where that is installed.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from kram.loading import load_assessor
from kram.screening.counting import summary_of
from kram.screening.fhir_files import read_file
from kram.screening.fhir_lines import LineReader, Tally

SIZES = (10_000, 100_000)


def kram(*arguments: str) -> tuple[float, float]:
    """Seconds, and the peak of the resident memory of the process and all below it in MB."""
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
    return time.perf_counter() - started, peak


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


def reading(folder: Path) -> None:
    """Whose each line is and what it says: kram's reader, the json module, pandas."""
    files = sorted(folder.glob("*.ndjson"))
    reader = LineReader(load_assessor().lookup)
    started = time.process_time()
    lines = sum(1 for file in files for _ in read_file(file, reader, Tally(), []))
    own = time.process_time() - started
    started = time.process_time()
    for file in files:
        for line in file.open("rb"):
            json.loads(line)
    plain = time.process_time() - started
    print(f"reading {lines} lines: kram {own:.1f} s, json {plain:.1f} s (ratio {plain / own:.2f})", end="")
    try:
        import pandas
    except ImportError:
        print("; pandas is not installed")
        return
    started = time.process_time()
    for file in files:
        pandas.json_normalize([json.loads(line) for line in file.open("rb")])
    flat = time.process_time() - started
    print(f", pandas flattened {flat:.1f} s (ratio {flat / own:.1f})")


def main(sizes: list[int]) -> None:
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print("people | synthesize s | screen s | people/s | reading | shaping | inference | writing | peak MB")
    with tempfile.TemporaryDirectory() as temporary:
        for size in sizes:
            folder, out = Path(temporary) / f"fhir{size}", Path(temporary) / f"{size}.parquet"
            made, _ = kram("synthesize", "-n", str(size), "-o", str(folder))
            taken, peak = kram("screen", str(folder), "-o", str(out), "--all", "--as-of", "2026-06-30")
            split = summary_of(out).seconds
            parts = " | ".join(f"{split.get(name, 0.0):.1f}" for name in ("reading", "shaping", "inference", "writing"))
            print(f"{size} | {made:.1f} | {taken:.1f} | {size / taken:.0f} | {parts} | {peak:.0f}")
        reading(Path(temporary) / f"fhir{sizes[0]}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
