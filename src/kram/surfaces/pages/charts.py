"""The arithmetic behind the charts; they are drawn by `templates/charts.html`, for screen and paper alike."""

from collections.abc import Sequence
from math import floor


def apportion(shares: Sequence[float], total: int) -> list[int]:
    """Whole numbers that add up to `total`, each as near to its share as that allows (largest remainders)."""
    whole = sum(shares)
    exact = [total * share / whole if whole else 0.0 for share in shares]
    counts = [floor(x) for x in exact]
    missing = total - sum(counts) if whole else 0
    by_remainder = sorted(range(len(shares)), key=lambda i: counts[i] - exact[i])
    for index in by_remainder[:missing]:
        counts[index] += 1
    return counts


def percent(share: float) -> str:
    """A length along a bar: 0 to 100 with one decimal, as SVG writes it."""
    return f"{100 * min(max(share, 0.0), 1.0):.1f}%"


def narrowing(bits: Sequence[float], left: int, width: float = 300.0, height: float = 40.0) -> dict[str, str | float]:
    """The band of what is still open: `past` an area that narrows with each answer, `upper` and `lower` its way on."""
    most = max([*bits, 1e-9])
    steps = max(len(bits) + left, 2)
    xs = [width * i / (steps - 1) for i in range(len(bits))]
    halves = [(height / 2 - 1) * value / most for value in bits]
    middle = height / 2
    top = [(x, middle - half) for x, half in zip(xs, halves, strict=True)]
    bottom = [(x, middle + half) for x, half in zip(xs, halves, strict=True)]
    area = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*top, *reversed(bottom)])
    half = halves[-1]
    return {
        "past": area,
        "now": round(xs[-1], 1),
        "top": round(middle - half, 1),
        "bottom": round(middle + half, 1),
        "end_top": round(middle - half * 0.85, 1),
        "end_bottom": round(middle + half * 0.85, 1),
        "width": width,
        "height": height,
    }
