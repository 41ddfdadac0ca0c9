"""Plain text for a terminal of any width: headings, paragraphs, bars. No colour where nobody sees it."""

import shutil
import textwrap
from dataclasses import dataclass, field

import click

_NARROW, _WIDE = 40, 100


@dataclass
class Page:
    """Collects lines; `text` gives them."""

    width: int = field(default_factory=lambda: min(max(shutil.get_terminal_size().columns, _NARROW), _WIDE))
    lines: list[str] = field(default_factory=list)

    def title(self, words: str, **style: bool | str) -> None:
        self.lines += ["", *(click.style(line, bold=True, **style) for line in self._wrap(words, 0, 0))]  # type: ignore[arg-type]

    def paragraph(self, words: str, indent: int = 0, hanging: int = 0) -> None:
        self.lines += self._wrap(words, indent, indent + hanging)

    def item(self, words: str, indent: int = 0, mark: str = "-") -> None:
        self.lines += self._wrap(f"{mark} {words}", indent, indent + len(mark) + 1)

    def gap(self) -> None:
        self.lines.append("")

    def _wrap(self, words: str, first: int, rest: int) -> list[str]:
        wrapped: list[str] = []
        for part in words.splitlines() or [""]:
            wrapped += textwrap.wrap(
                part, self.width, initial_indent=" " * first, subsequent_indent=" " * rest, break_long_words=False
            ) or [""]
        return wrapped

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


def bar(share: float, low: float, high: float, width: int) -> str:
    """A bar from 0 to 1: solid up to the low end of the interval, grey up to the share, pale up to the high end."""
    ends = [round(min(max(end, 0.0), 1.0) * width) for end in (low, share, high)]
    drawn = "".join(sign * max(end - start, 0) for sign, start, end in zip("█▓░", [0, *ends], ends, strict=False))
    return drawn.ljust(width)
