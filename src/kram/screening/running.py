"""A screening on one machine: read into buckets, assess bucket by bucket on all processors, put together.

Everything unfinished lies in OUT.working. A run that was interrupted goes on from there when it is started again; a
bucket is there whole or not at all, and so is OUT.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec

from kram import __version__
from kram.errors import KramError
from kram.inference.exact import threads
from kram.knowledge.knowledge import Knowledge
from kram.screening.optional import needed
from kram.screening.private_files import private_folder, write_private
from kram.screening.pseudonyms import key_in
from kram.screening.rows import schema
from kram.screening.sources import Source, find_source
from kram.screening.summary import Summary, Told, by_kind, unknown_codes
from kram.screening.working import Job, Worker, assess_bucket, begin, read_part

BUCKET = 24_000_000  # bytes of source for one bucket
MOST_BUCKETS = 1000
_CODES = 200  # unknown codes that are told

Progress = Callable[[str, int, int], None]  # what is going on, how much is done, of how much


@dataclass(frozen=True)
class Options:
    """`memory`: bytes for all of DuckDB together. `key_file`: of the pseudonyms; None keeps identifiers."""

    on: date | None = None
    everybody: bool = False
    intervals: bool = False
    key_file: Path | None = None
    workers: int = 0
    memory: int = 2_000_000_000


def screen(source: Path, out: Path, options: Options, knowledge: Knowledge, progress: Progress) -> Summary:
    """Raises KramError for what cannot be screened. `out` is there when it returns, and a side file where needed."""
    needed("duckdb", "screen")
    needed("pyarrow", "screen")
    found = find_source(source)
    folder = out.with_name(out.name + ".working")
    workers = options.workers or threads()
    job = _job(found, folder, options, knowledge, workers)
    with _hands(job, workers) as hands:
        _all(hands.read, _unread(job), progress, "reading", len(found.parts))
        buckets = [bucket for bucket in range(job.buckets) if not job.told(f"bucket-{bucket}").exists()]
        _all(hands.assess, buckets, progress, "assessing", job.buckets)
    told = _gathered(job)
    summary = summarised(found.kind, told, options, knowledge)
    _join(job, out, summary, schema(knowledge, options.intervals), progress)
    faults_file = side_file(out)
    faults_file.unlink(missing_ok=True)
    if told.faults:
        write_private(faults_file, b"".join(msgspec.json.encode(fault) + b"\n" for fault in told.faults))
    shutil.rmtree(folder)
    return summary


def side_file(out: Path) -> Path:
    """Where what is missing from the results is named."""
    return out.with_name(out.name + ".faults.ndjson")


def _job(source: Source, folder: Path, options: Options, knowledge: Knowledge, workers: int) -> Job:
    """The job of an interrupted run, where it is the same; else a new one."""
    key = key_in(options.key_file) if options.key_file is not None else None
    marks = [__version__, knowledge.fingerprint, str(options.on), str(options.everybody), str(options.intervals)]
    marks += [str(key is None), key.hex() if key else "", *source.mark()]
    mark = msgspec.json.encode({"run": _digest(marks), "today": date.today().isoformat()})
    noted = folder / "run.json"
    today = date.today()
    if folder.exists():
        before = msgspec.json.decode(noted.read_bytes()) if noted.exists() else {}
        if before and before.get("run") != _digest(marks):
            raise KramError("screen_other_run", folder=str(folder))
        today = date.fromisoformat(before["today"]) if before else today
    private_folder(folder)
    for inner in ("buckets", "temporary"):
        private_folder(folder / inner)
    if not noted.exists():
        write_private(noted, mark)
    buckets = max(workers, min(MOST_BUCKETS, source.size // BUCKET + 1))
    memory = max(options.memory // workers, 200_000_000)
    return Job(source, folder, buckets, memory, today, options.on, options.everybody, options.intervals, key)


def _digest(marks: Iterable[str]) -> str:
    import hashlib

    return hashlib.sha256("\0".join(marks).encode()).hexdigest()


def _unread(job: Job) -> list[int]:
    """Parts that have not been read whole; what was left of them is taken away."""
    missing = [index for index in range(len(job.source.parts)) if not job.told(f"read-{index}").exists()]
    for index in missing:
        for file in job.spooled.glob(f"*/part{index}_*"):
            file.unlink()
    return missing


Work = Callable[[Iterable[int]], Iterator[Any]]  # does each, and gives something whenever one is done


@dataclass(frozen=True)
class _Hands:
    read: Work
    assess: Work


@contextmanager
def _hands(job: Job, workers: int) -> Iterator[_Hands]:
    """One worker is this very process; more are processes of their own."""
    if workers == 1:
        worker = Worker(job)
        yield _Hands(lambda parts: map(worker.read, parts), lambda buckets: map(worker.assess, buckets))
        return
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=begin, initargs=(job,))

    def in_pool(work: Callable[[int], Any]) -> Work:
        return lambda items: (done.result() for done in as_completed([pool.submit(work, item) for item in items]))

    try:
        yield _Hands(in_pool(read_part), in_pool(assess_bucket))
    except BrokenProcessPool as fault:
        raise KramError("screen_worker_died") from fault
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _all(work: Work, items: list[int], progress: Progress, what: str, total: int) -> None:
    done = total - len(items)
    progress(what, done, total)
    for _ in work(items):
        done += 1
        progress(what, done, total)


def _gathered(job: Job) -> Told:
    told = Told()
    names = [f"read-{index}" for index in range(len(job.source.parts))]
    names += [f"bucket-{bucket}" for bucket in range(job.buckets)]
    for name in names:
        told.add(msgspec.json.decode(job.told(name).read_bytes(), type=Told))
    return told


def summarised(kind: str, told: Told, options: Options, knowledge: Knowledge) -> Summary:
    small = knowledge.screening.report.small_cell
    reasons: dict[str, int] = {}
    for fault in told.faults:
        reasons[fault.reason] = reasons.get(fault.reason, 0) + 1
    return Summary(
        version=__version__,
        knowledge=knowledge.fingerprint,
        source=kind,
        as_of=str(options.on or ""),
        everybody=options.everybody,
        intervals=options.intervals,
        small_cell=small,
        people=told.people,
        rows=told.rows,
        lines=told.lines,
        silent=told.silent,
        complaints=told.complaints,
        left_out=told.left_out,
        not_read=told.not_read,
        known_entries=by_kind(told.codes.known),
        unknown_entries=by_kind(told.codes.unknown),
        unknown_codes=unknown_codes(told.codes, small, _CODES),
        faults=reasons,
        seconds=told.seconds,
    )


def _join(job: Job, out: Path, summary: Summary, columns: Any, progress: Progress) -> None:
    """The buckets one after the other, in one file that appears when it is whole; its seconds join the summary's."""
    parquet: Any = needed("pyarrow.parquet", "screen")
    draft = job.folder / "joined.parquet"
    started = time.process_time()
    with parquet.ParquetWriter(draft, columns, compression="zstd") as writer:
        progress("joining", 0, job.buckets)
        for bucket in range(job.buckets):
            part = parquet.ParquetFile(job.part(bucket))
            for group in range(part.num_row_groups):
                writer.write_table(part.read_row_group(group))
            progress("joining", bucket + 1, job.buckets)
        summary.seconds["joining"] = time.process_time() - started
        writer.add_key_value_metadata({"kram": msgspec.json.encode(summary).decode()})
    draft.chmod(0o600)
    draft.replace(out)
