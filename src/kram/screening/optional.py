"""Packages that only screening needs; where one is missing, a sentence says how to get it."""

from importlib import import_module
from typing import Any

from kram.errors import KramError


def needed(module: str, extra: str) -> Any:
    """Raises KramError where the package is not installed."""
    try:
        return import_module(module)
    except ImportError as fault:
        raise KramError("screen_package_missing", package=module.split(".")[0], extra=extra) from fault
