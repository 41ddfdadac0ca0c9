"""What the script of the diary has to know: its sentences in the reader's language, and the limits of an entry."""

from typing import Any

from kram.diary import exchange, nights
from kram.texts import catalogue

_OWN = "dw_"  # the sentences of these pages
_FAULTS = "diary_"  # what can be wrong with a file


def words_of(lang: str) -> dict[str, str]:
    """By key, with their places still to be filled in."""
    sentences = catalogue(lang).sentences
    return {key: str(text) for key, text in sentences.items() if key.startswith((_OWN, _FAULTS))}


def limits() -> dict[str, Any]:
    """As `kram.diary` reads a file, so that both read the same."""
    return {
        "legs": nights.LEGS,
        "tags": nights.TAGS,
        "most_cramps": nights.MOST_CRAMPS,
        "worst": nights.WORST,
        "most_minutes": nights.MOST_MINUTES,
        "longest_note": nights.LONGEST_NOTE,
        "largest": exchange.LARGEST,
        "longest_plan": exchange.LONGEST_PLAN,
    }
