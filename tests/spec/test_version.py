"""`kram --version` says which engine answers, in the user's language; without the compiled core all the same."""

import os
import subprocess
import sys

import pytest

from kram.inference import compiled


def version(language: str, **more: str) -> str:
    environment = {**os.environ, "LC_ALL": f"{language}.UTF-8", **more}
    said = subprocess.run([sys.executable, "-m", "kram", "--version"], env=environment, capture_output=True, check=True)
    return said.stdout.decode("utf-8").strip()


def test_the_compiled_core_is_named() -> None:
    if compiled.CORE is None:
        pytest.skip("no compiler was there when kram was installed: the compiled core is missing")
    assert version("en_GB").endswith("(compiled core)")
    assert version("id_ID").endswith("(inti terkompilasi)")


def test_without_it_numpy_is_named() -> None:
    assert "(NumPy;" in version("en_GB", KRAM_CORE="off")
    assert "(NumPy;" in version("id_ID", KRAM_CORE="off")
