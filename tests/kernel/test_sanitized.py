"""The compiled core under the address and undefined-behaviour sanitizers, on random questions.

For longer: python -m tests.kernel.test_sanitized SECONDS [SEED]
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent / "fuzz" / "fuzz.c"
CORE = Path(__file__).parents[2] / "src" / "kram" / "inference" / "csrc"
FLAGS = ("-g", "-O1", "-DKRAM_PLAIN", "-Wall", "-Wextra", "-Wno-psabi", "-fno-omit-frame-pointer")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def build(folder: Path) -> Path | None:
    """The harness, or None where there is no compiler with sanitizers."""
    compiler = shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    tried = folder / "try.c"
    tried.write_text("int main(void) { return 0; }\n", "utf-8")
    probe = [compiler, *SANITIZERS, str(tried), "-o", str(folder / "try")]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        return None
    harness = folder / "fuzz"
    sources = [str(file) for file in (FUZZ, CORE / "plan.c", CORE / "core.c")]
    command = [compiler, *FLAGS, *SANITIZERS, f"-I{CORE}", *sources, "-o", str(harness), "-lm"]
    subprocess.run(command, check=True)
    return harness


def run(harness: Path, seconds: float, seed: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(harness), str(seconds), str(seed)], capture_output=True, text=True, check=False)


def test_random_questions_under_the_sanitizers(tmp_path: Path) -> None:
    harness = build(tmp_path)
    if harness is None:
        pytest.skip("no C compiler with the address and undefined-behaviour sanitizers")
    done = run(harness, 4, 1)
    assert done.returncode == 0, done.stderr[-3000:]
    asked, answered = (int(word) for word in done.stdout.split() if word.isdigit())
    assert answered > asked / 2 > 50


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        made = build(Path(place))
        if made is None:
            sys.exit("no C compiler with the address and undefined-behaviour sanitizers")
        told = run(made, float(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 1)
        print(told.stdout, told.stderr, sep="", end="")
        sys.exit(told.returncode)
