"""The kernel runs where only NumPy is installed, and a plain import of kram loads nothing heavy."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]

KERNEL = """
import sys
import numpy as np
import kram
from kram.inference import enumeration, exact, information, stacking
from kram.model.network import Network
network = Network(
    prior=np.array([[0.1, 0.5]]), rate=np.array([[0.7, 0.1]]), rest=np.array([0.2]), phi=np.ones((1, 3)),
    damp=np.ones((1, 2)), keep=np.array([[[0.3, 0.9]]]), rest_keep=np.array([[0.95]]), scale=np.ones(1),
    dangerous=np.array([True, False]),
)
assert abs(exact.posterior(network).shares - enumeration.posterior(network).shares).max() < 1e-12
third = {name.split(".")[0] for name in sys.modules} & {"yaml", "msgspec", "click", "rapidfuzz", "scipy", "pandas"}
assert not third, third
print("kernel fine")
"""


def test_the_kernel_needs_only_numpy(tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    base = str(Path(sys.executable).resolve())
    if subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        pip = [base, "-m", "pip", "--python", str(python), "install", "--quiet", "--disable-pip-version-check"]
    else:
        uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
        pip = [uv, "pip", "install", "--quiet", "--python", str(python)]
    done = subprocess.run([*pip, f"numpy=={np.__version__}"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"NumPy cannot be installed into a bare environment here: {done.stderr.strip()[:200]}")
    ran = subprocess.run(
        [str(python), "-c", KERNEL], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "src")}, check=False
    )
    assert ran.stdout == "kernel fine\n", ran.stderr


def test_a_plain_import_loads_nothing_heavy() -> None:
    code = "import sys, kram; print(sorted({m.split('.')[0] for m in sys.modules} & {'numpy','pandas','yaml','starlette','duckdb','scipy'}))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
