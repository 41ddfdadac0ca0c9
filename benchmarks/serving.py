"""How many full assessments a second the server gives, and how long each takes: `python -m benchmarks.serving`.

Needs `wrk` (apt-get install wrk). Starts the server as a user would, then asks it for the result page of a worked
example (every lane, every reason) at 1, 8 and 64 connections; then the first page; then memory after many, of people
who differ: every example at every age from 18 to 90.
"""

import http.client
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import yaml

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
EXAMPLE = ROOT / "examples" / "night-cramps-thiazide.yaml"
AGES = range(18, 91)
SECONDS = 15
MANY = 10_000
SCRIPT = """
wrk.method = "POST"
wrk.body = [[{body}]]
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %.1f %.1f %.1f\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.timeout + summary.errors.connect,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
"""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def body(file: Path = EXAMPLE, age: int | None = None) -> str:
    case = {k: v for k, v in yaml.safe_load(file.read_text("utf-8")).items() if k not in ("expect", "id", "note")}
    case["person"]["age"] = case["person"]["age"] if age is None else age
    return f"state={quote(json.dumps({'case': case}))}&at=result&do=stay"


def wrk(address: str, connections: int, script: Path, seconds: int) -> str:
    run = [
        "wrk",
        f"-t{min(connections, 2)}",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "60s",
        "-s",
        str(script),
    ]
    said = subprocess.run([*run, address], capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\d+) (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+)", said)
    if found is None:
        return said
    requests, micro, errors, p50, p95, p99 = (float(part) for part in found.groups())
    rate = requests / (micro / 1e6)
    return f"{rate:8.1f} a second, 50% {p50:.0f} ms, 95% {p95:.0f} ms, 99% {p99:.0f} ms, {errors:.0f} errors"


def memory(pid: int) -> float:
    """Resident megabytes."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def first_page(address: str) -> tuple[float, float, int]:
    """Milliseconds to the first and the last byte, and how many bytes; the best of 20."""
    times = []
    for _ in range(20):
        started = time.perf_counter()
        connection = http.client.HTTPConnection(address.removeprefix("http://"))
        connection.request("GET", "/", headers={"accept-encoding": "gzip"})
        answer = connection.getresponse()
        size = len(answer.read(1))
        first = time.perf_counter() - started
        size += len(answer.read())
        times.append((1000 * first, 1000 * (time.perf_counter() - started), size))
        connection.close()
    return min(times)


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("wrk is not here: apt-get install wrk")
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "kram", "serve", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert server.stdout is not None
    server.stdout.readline()
    address = f"http://127.0.0.1:{port}"
    try:
        post = {"content": body(), "headers": {"content-type": "application/x-www-form-urlencoded"}, "timeout": 120}
        page = httpx.post(f"{address}/questions", **post)  # type: ignore[arg-type]
        page.raise_for_status()
        assert "data-unexplained" in page.text
        first, last, size = first_page(address)
        print(f"first page: first byte {first:.1f} ms, last byte {last:.1f} ms, {size} bytes")
        print(f"memory before: {memory(server.pid):.0f} MB")
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "post.lua"
            script.write_text(SCRIPT.replace("{body}", body()), "utf-8")
            for connections in (1, 8, 64):
                print(f"{connections:3d} connections: {wrk(f'{address}/questions', connections, script, SECONDS)}")
        people = [body(file, age) for age in AGES for file in EXAMPLES]
        with httpx.Client() as client:
            started, refused = time.perf_counter(), 0
            for done in range(1, many + 1):
                answer = client.post(f"{address}/questions", **(post | {"content": people[done % len(people)]}))  # type: ignore[arg-type]
                refused += "data-unexplained" not in answer.text  # a pregnancy at 80
                if done % (many // 10) == 0:
                    pace = f"{done / (time.perf_counter() - started):.1f} a second, one by one"
                    print(
                        f"memory after {done} of {len(people)} people: {memory(server.pid):.0f} MB ({pace})", flush=True
                    )
            print(f"{len(people)} people; refused, such as a pregnancy at 80: {refused}")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
