"""Screening in the terminal: how far it is, and what came of it."""

import sys
import time
from collections.abc import Callable

from kram.screening.summary import Summary
from kram.surfaces.terminal.page import Page
from kram.texts import catalogue

_WIDTH = 30


def progress(lang: str) -> Callable[[str, int, int], None]:
    """One line that is drawn over and over, with the time left; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return lambda _what, _done, _total: None
    words = catalogue(lang)
    begun: dict[str, tuple[float, int]] = {}

    def show(what: str, done: int, total: int) -> None:
        since, before = begun.setdefault(what, (time.monotonic(), done))
        left = "-"
        if done > before:
            seconds = (time.monotonic() - since) / (done - before) * (total - done)
            left = f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
        filled = round(_WIDTH * done / max(total, 1))
        line = words.say(
            f"screen_{what}", bar="█" * filled + "░" * (_WIDTH - filled), done=done, total=total, left=left
        )
        sys.stderr.write(f"\r{line}\x1b[K" + ("\n" if done == total else ""))
        sys.stderr.flush()

    return show


def summary_page(summary: Summary, out: str, faults: str, lang: str) -> str:
    words = catalogue(lang)
    page = Page()
    page.paragraph(words.say("screen_done", people=summary.people, rows=summary.rows, out=out))
    for reason, count in sorted(summary.complaints.items()):
        page.item(words.say(f"screen_complaint_{reason}", count=count))
    for reason, count in sorted(summary.silent.items()):
        page.item(words.say(f"screen_silent_{reason}", count=count))
    for kind in sorted({*summary.known_entries, *summary.unknown_entries}):
        known, unknown = summary.known_entries.get(kind, 0), summary.unknown_entries.get(kind, 0)
        page.item(words.say("screen_mapped", kind=kind, known=known, all=known + unknown))
    if summary.faults:
        page.gap()
        page.paragraph(words.say("screen_faults", count=sum(summary.faults.values()), file=faults))
        for reason, count in sorted(summary.faults.items(), key=lambda item: -item[1]):
            page.item(f"{count}: {fault_words(reason, lang)}")
    return page.text


def fault_words(reason: str, lang: str) -> str:
    """What went wrong, in general words: the values stand in the side file."""
    words = catalogue(lang)
    return words.say(f"fault_{reason}") if f"fault_{reason}" in words.sentences else words.say("fault_other")
