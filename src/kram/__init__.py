"""Find the cause of a leg cramp, and what stops it."""

from typing import Any

__version__ = "0.1.0"
__all__ = ["Answers", "Assessment", "Assessor", "__version__", "load_assessor"]

_HOMES = {
    "Answers": "kram.assessment.answers",
    "Assessment": "kram.assessment.result",
    "Assessor": "kram.assessment.assessing",
    "load_assessor": "kram.loading",
}


def __getattr__(name: str) -> Any:
    """Public names come on first use, so that the kernel can be imported where only NumPy is installed."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kram' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
