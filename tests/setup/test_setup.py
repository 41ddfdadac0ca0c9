"""The README's commands on a bare machine: no uv, no make, a short PATH, an empty home, nobody to answer."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEPT = ("PIP_CERT", "SSL_CERT_FILE", "PIP_INDEX_URL", "UV_DEFAULT_INDEX", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


def checkout(to: Path) -> Path:
    """A copy of what git tracks (and of what it does not ignore), as a clone would have it."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    for name in listed.stdout.splitlines():
        source = ROOT / name
        target = to / name
        if source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(os.readlink(source))
        elif source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return to


def bare_environment(tmp: Path) -> dict[str, str]:
    """PATH with the shell's own tools and one Python; nothing else of this machine."""
    tools = tmp / "bin"
    tools.mkdir()
    for tool in ("sh", "dirname", "env", "uname", "cat", "ls", "git"):
        found = shutil.which(tool)
        if found:
            (tools / tool).symlink_to(found)
    real = Path(sys.executable).resolve()
    (tools / "python3").symlink_to(real)
    home = tmp / "home"
    home.mkdir()
    return {"PATH": str(tools), "HOME": str(home), **{key: os.environ[key] for key in KEPT if key in os.environ}}


def has_pip() -> bool:
    real = Path(sys.executable).resolve()
    return subprocess.run([str(real), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_pip(), reason="the Python of this machine has no pip")
def test_run_on_a_bare_machine(tmp_path: Path) -> None:
    here = checkout(tmp_path / "kram")
    environment = bare_environment(tmp_path)
    started = subprocess.Popen(
        ["sh", "./run", "--port", "0"], cwd=here, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    said = ""
    for line in started.stdout or ():
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            with urllib.request.urlopen(found[0], timeout=30) as page:
                assert "kram" in page.read().decode()
            started.send_signal(signal.SIGINT)  # Ctrl-C
    assert started.wait(60) == 0, said
    assert "kalium sangat rendah" in said
    assert (here / ".tools" / "bin" / "uv").exists()
    assert not list((tmp_path / "home").glob("*.pth"))
    again = subprocess.run(
        [str(here / ".venv" / "bin" / "kram"), "assess", "examples/claudication.yaml", "--lang", "en"],
        cwd=here, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "narrowed leg arteries" in again.stdout


def test_the_requirement_files_are_the_lock(tmp_path: Path) -> None:
    """They serve a machine on which uv cannot be had; both are exported from uv.lock."""
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    if not Path(uv).exists():
        pytest.skip("no uv here to export the lock with")
    for file, options in (("requirements.txt", ["--no-dev"]), ("requirements-dev.txt", ["--group", "dev"])):
        out = subprocess.run(
            [uv, "export", "--frozen", "--no-header", "--no-emit-project", "--quiet", *options],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        kept = (ROOT / file).read_text("utf-8")
        assert [line for line in kept.splitlines() if not line.startswith("#")] == out.splitlines()
