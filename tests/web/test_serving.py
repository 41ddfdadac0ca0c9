"""`kram serve` and the end of ./run: a taken port, a wrong host, Ctrl-C, an address beyond this machine."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.spec.shared import ROOT


@contextmanager
def running(*command: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A server process, its address, and what it said before."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    said = ""
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if found := re.search(r"http://\S+", line):
                yield process, found[0].replace("0.0.0.0", "127.0.0.1"), said
                break
        else:
            raise AssertionError(said)
    finally:
        process.kill()
        process.wait()


def serve(*options: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "kram", "serve", "--lang", "en", *options)


def reached(address: str) -> httpx.Response:
    with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
        return client.get(address, timeout=30)


def test_it_serves_and_ends_cleanly() -> None:
    with running(*serve("--port", "0")) as (process, address, _):
        assert reached(address).status_code == 200
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=20)[0]
        assert process.returncode == 0, rest
        assert "Traceback" not in rest
        assert "GET / 200" in rest


def test_a_taken_port_is_said_and_another_found() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with running(*serve("--port", port)) as (_, address, said):
            assert f"Port {port} is taken" in said
            assert reached(address).status_code == 200


def test_beyond_loopback_says_what_that_means() -> None:
    with running(*serve("--host", "0.0.0.0", "--port", "0")) as (_, _, said):
        assert "reverse proxy" in said


@pytest.mark.parametrize(
    ("options", "told"),
    [(("--host", "999.1.1.1"), "999.1.1.1"), (("--country", "zz"), "zz"), (("--port", "70000"), "port")],
)
def test_what_cannot_be_served_is_one_sentence(options: tuple[str, ...], told: str) -> None:
    done = subprocess.run(serve(*options), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_several_workers_serve_another_country() -> None:
    with running(*serve("--port", "0", "--workers", "2", "--country", "my")) as (process, address, _):
        page = httpx.post(
            f"{address}questions", data={"state": "{}", "at": "urgent", "ticks": "screen_leg", "t.leg_cold_pale": "yes"},
            timeout=60,
        ).text  # fmt: skip
        assert page.index("tel:999") < page.index("tel:119")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
