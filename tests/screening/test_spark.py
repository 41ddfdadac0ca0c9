"""On a real standalone cluster, one master and two workers, one of which dies: the rows of the embedded engine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.screening import shared

pytestmark = pytest.mark.slow
PATIENCE = 180  # seconds


class Cluster:
    def __init__(self, folder: Path) -> None:
        import pyspark

        self._home = Path(pyspark.__file__).parent
        self._folder = folder
        self._daemons: list[subprocess.Popen[bytes]] = []
        port = free_port()
        self.master = f"spark://127.0.0.1:{port}"
        self._start("master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        for _ in range(2):
            self._start("worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0",
                        "--work-dir", str(folder / "work"), self.master)  # fmt: skip
        until(lambda: self._log().count("Registering worker") >= 2)

    def _start(self, kind: str, *arguments: str) -> None:
        environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        command = [str(self._home / "bin" / "spark-class"), f"org.apache.spark.deploy.{kind}", *arguments]
        with (self._folder / f"daemon{len(self._daemons)}.log").open("wb") as log:
            daemon = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        self._daemons.append(daemon)

    def _log(self) -> str:
        return (self._folder / "daemon0.log").read_text("utf-8", "replace")

    def kill_worker(self) -> None:
        """Its daemon and everything that it has started."""
        os.killpg(self._daemons[1].pid, signal.SIGKILL)

    def stop(self) -> None:
        for daemon in self._daemons:
            if daemon.poll() is None:
                os.killpg(daemon.pid, signal.SIGKILL)
            daemon.wait()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.2)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    for package in ("duckdb", "pyarrow", "pyspark", "pandas"):
        pytest.importorskip(package, reason=f"{package} is not installed (./test --all installs it)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this machine")
    (tmp_path / "cluster").mkdir()
    found = Cluster(tmp_path / "cluster")
    yield found
    found.stop()


@pytest.fixture
def connect_server(tmp_path: Path) -> Iterator[str]:
    """The address of a Spark Connect server on loopback, in a process of its own."""
    for package in ("duckdb", "pyarrow", "pyspark", "pandas", "grpc"):
        pytest.importorskip(package, reason=f"{package} is not installed (./test --all installs it)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not on this machine")
    import pyspark

    port = free_port()
    submit = str(Path(pyspark.__file__).parent / "bin" / "spark-submit")
    settings = {"spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": str(port),
                "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
                "spark.sql.shuffle.partitions": "4"}  # fmt: skip
    command = [submit, "--master", "local[2]", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "spark-internal"], stdout=log, stderr=log, env=environment, start_new_session=True
        )
    until(lambda: server.poll() is not None or listens(port))
    assert server.poll() is None, (tmp_path / "server.log").read_text("utf-8", "replace")[-3000:]
    yield f"sc://127.0.0.1:{port}"
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The order in which a map is written is not a part of it."""
    return [{**row, "left_out": sorted(row["left_out"])} for row in rows]


def test_a_cluster_gives_the_same_rows_though_a_worker_dies(cluster: Cluster, tmp_path: Path) -> None:
    source = shared.fhir_folder(tmp_path / "fhir", shared.invented(3000))
    (source / "bad.ndjson").write_text('{"resourceType": "Patient"\n' + shared.resources(shared.patient("late-comer")))
    key = tmp_path / "key"
    expected_summary, expected = shared.screened(source, tmp_path / "duck.parquet", everybody=True, key_file=key)
    out = tmp_path / "spark.parquet"
    command = [sys.executable, "-m", "kram", "screen", str(source), "-o", str(out), "--all", "--as-of", "2026-06-30",
               "--key", str(key), "--engine", "spark", "--master", cluster.master, "--lang", "en"]  # fmt: skip
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
    with (
        (tmp_path / "run.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=environment) as run,
    ):
        results = tmp_path / "spark.parquet.working" / "results"
        until(lambda: run.poll() is not None or any(results.rglob("part-*.parquet")))
        assert run.poll() is None, (tmp_path / "run.log").read_text("utf-8", "replace")[-3000:]
        cluster.kill_worker()  # in the middle of the job: some partitions are written, others are not
        assert run.wait(PATIENCE) == 0, (tmp_path / "run.log").read_text("utf-8", "replace")[-3000:]
    assert plain(shared.rows(out)) == plain(expected)
    assert shared.faults(out) == shared.faults(tmp_path / "duck.parquet")
    from kram.screening.counting import summary_of

    told = summary_of(out)
    for name in ("people", "rows", "silent", "complaints", "left_out", "known_entries", "unknown_codes", "faults"):
        assert getattr(told, name) == getattr(expected_summary, name), name
    assert {file.stat().st_mode & 0o077 for file in [out, *out.rglob("*")]} == {0}


def test_spark_connect_gives_the_same_rows(connect_server: str, tmp_path: Path) -> None:
    """A remote session: what the tasks need travels with the function, and the driver is not in this process."""
    source = shared.fhir_folder(tmp_path / "fhir", shared.invented(300))
    key = tmp_path / "key"
    _, expected = shared.screened(source, tmp_path / "duck.parquet", everybody=True, key_file=key)
    out = tmp_path / "spark.parquet"
    command = [sys.executable, "-m", "kram", "screen", str(source), "-o", str(out), "--all", "--as-of", "2026-06-30",
               "--key", str(key), "--engine", "spark", "--master", connect_server, "--lang", "en"]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    assert plain(shared.rows(out)) == plain(expected)
