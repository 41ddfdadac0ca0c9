"""Numbers from outside: what is one that can be computed with."""

import math
from typing import Any, TypeGuard


def is_number(given: Any) -> TypeGuard[float]:
    """A finite number that fits a double; True, NaN and a whole number of 400 digits are none."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return False
    try:
        return math.isfinite(given)
    except OverflowError:
        return False
