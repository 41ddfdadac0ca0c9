"""The text of an assessment as XHTML: what a person without any software would read."""

from html import escape

from kram.assessment.result import Assessment, Interval
from kram.surfaces.fhir.naming import Json
from kram.texts import Catalogue, catalogue

_SHOWN = 0.02  # causes below two in a hundred are left to the predictions
_CARE = 5
_NEXT = 3


def narrative(assessment: Assessment) -> Json:
    words = catalogue(assessment.lang)
    parts = [f"<p><b>{escape(assessment.urgency_text)}</b></p>"]
    parts += [f"<p>{escape(flag.name)}: {escape(flag.text)}</p>" for flag in assessment.red_flags]
    if assessment.red_flags_open:
        parts.append(f"<p>{escape(words.say('urgency_screen_open'))}</p>")
    parts += [_heading(words, "heading_causes"), _list(_causes(assessment, words))]
    care = [
        f"{item.name}. {item.text}" for item in assessment.care if item.kind in ("treat_cause", "discuss", "danger")
    ]
    if care:
        parts += [_heading(words, "heading_care"), _list(care[:_CARE])]
    if assessment.next:
        parts += [_heading(words, "heading_next"), _list([item.text for item in assessment.next[:_NEXT]])]
    parts.append(f"<p>{escape(assessment.notice)}</p>")
    lang = escape(assessment.lang)
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{lang}" xml:lang="{lang}">{"".join(parts)}</div>'
    return {"status": "generated", "div": div}


def _causes(assessment: Assessment, words: Catalogue) -> list[str]:
    rows = [(cause.name, cause.share, cause.share_interval) for cause in assessment.causes if cause.share >= _SHOWN]
    rows.append((words.say("unexplained"), assessment.unexplained.share, assessment.unexplained.share_interval))
    return [share_line(words, name, share, interval) for name, share, interval in rows]


def share_line(words: Catalogue, name: str, share: float, interval: Interval) -> str:
    """A cause with its share and interval in a hundred."""
    low, high = interval
    return f"{name}: {words.say('of_100', share=round(100 * share), low=round(100 * low), high=round(100 * high))}"


def _heading(words: Catalogue, key: str) -> str:
    return f"<p><b>{escape(words.say(key))}</b></p>"


def _list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def plain_div(text: str, lang: str) -> Json:
    lang = escape(lang)
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{lang}" xml:lang="{lang}"><p>{escape(text)}</p></div>'
    return {"status": "generated", "div": div}
