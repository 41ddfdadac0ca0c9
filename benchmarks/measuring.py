"""Times and memory, so that a busy machine spoils them least: the best of several, on a set number of threads."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def threads(count: int) -> Iterator[None]:
    before = os.environ.get("KRAM_THREADS")
    os.environ["KRAM_THREADS"] = str(count)
    try:
        yield
    finally:
        if before is None:
            del os.environ["KRAM_THREADS"]
        else:
            os.environ["KRAM_THREADS"] = before


def best(work: Callable[[], Any], at_least: int = 3, seconds: float = 0.6) -> float:
    """Seconds of the quickest run: at least so many runs, and more while there is time."""
    found, until, count = float("inf"), time.perf_counter() + seconds, 0
    while count < at_least or (time.perf_counter() < until and count < 1000):
        start = time.perf_counter()
        work()
        found = min(found, time.perf_counter() - start)
        count += 1
    return found


def process(program: list[str], times: int = 5) -> float:
    """Seconds of a whole cold process, the quickest of several; one run before makes what is kept."""
    command = [sys.executable, *program]
    subprocess.run(command, check=True, capture_output=True)
    return best(lambda: subprocess.run(command, check=True, capture_output=True), times, 0)


def memory(program: str) -> float:
    """Megabytes that a process has at its most."""
    tail = "\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    said = subprocess.run([sys.executable, "-c", program + tail], check=True, capture_output=True, text=True).stdout
    kilobytes = int(said.split()[-1])
    return kilobytes / 1024 if sys.platform != "darwin" else kilobytes / 2**20


def limit_memory(gigabytes: float) -> None:
    """So that a peer that wants more fails instead of taking the machine with it."""
    size = int(gigabytes * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
