"""The literature table as one HTML page with a chart of dots and bars: no script, nothing fetched, fit for print."""

import math
from html import escape

from kram.evaluation.literature import Comparison, LiteratureReport
from kram.surfaces.terminal.evaluation_page import figures, literature_lead, verdict
from kram.texts import Catalogue, catalogue

_LEFT, _WIDTH = 10.0, 300.0
_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 60rem; padding: 0 1rem; }
article { border-top: 1px solid #8886; padding: .5rem 0; break-inside: avoid; }
h3 { font-size: 1rem; margin: 0; } p { margin: .2rem 0; }
svg { width: 100%; max-width: 40rem; height: 2.4rem; display: block; }
.published { stroke: #22315c; fill: #22315c; } .model { stroke: #b0702f; fill: #b0702f; } .axis { stroke: #888; }
.apart h3::before { content: "\\00d7  "; }
.inside h3::before { content: "\\2713  "; }
.agrees h3::before { content: "~  "; }
@media (prefers-color-scheme: dark) {
  body { background: #171411; color: #eee; }
  .published { stroke: #a9bdf5; fill: #a9bdf5; }
  .model { stroke: #e0a868; fill: #e0a868; }
}
"""


def literature_chart(report: LiteratureReport, lang: str) -> str:
    words = catalogue(lang)
    title = escape(words.say("literature_title"))
    parts = [
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style><main><h1>{title}</h1>",
        f"<p>{escape(literature_lead(report, words))}</p><p>{escape(words.say('literature_legend'))}</p>",
    ]
    for role, heading in (("check", "literature_checks"), ("input", "literature_inputs")):
        parts.append(f"<h2>{escape(words.say(heading))}</h2>")
        parts += [_row(row, words) for row in report.comparisons if row.role == role]
    return "\n".join([*parts, "</main></html>"])


def _row(row: Comparison, words: Catalogue) -> str:
    key = "inside" if row.inside else "agrees" if row.agrees else "apart"
    why = f"<p>{escape(row.miss)}</p>" if row.miss and not row.inside else ""
    return (
        f'<article class="{key}"><h3>{escape(row.name)}: {escape(verdict(row, words))}</h3>'
        f"{_picture(row)}<p>{escape(figures(row, words))}</p>{why}</article>"
    )


def _picture(row: Comparison) -> str:
    """Both figures as dots on their intervals: proportions from 0 to 1, ratios on a logarithm from 0.1 to 100."""
    ends = (*row.interval, *row.computed_interval, row.published, row.computed)
    is_ratio = max(ends) > 1.0
    marks = [("published", row.published, row.interval, 10), ("model", row.computed, row.computed_interval, 22)]
    drawn = "".join(
        f'<g class="{name}"><line x1="{_x(low, is_ratio):.1f}" x2="{_x(high, is_ratio):.1f}" y1="{y}" y2="{y}" '
        f'stroke-width="3"/><circle cx="{_x(value, is_ratio):.1f}" cy="{y}" r="4"/></g>'
        for name, value, (low, high), y in marks
    )
    axis = f'<line class="axis" x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="31" y2="31"/>'
    ticks = (0.1, 1, 10, 100) if is_ratio else (0, 0.25, 0.5, 0.75, 1)
    ticks_drawn = "".join(
        f'<line class="axis" x1="{_x(tick, is_ratio):.1f}" x2="{_x(tick, is_ratio):.1f}" y1="28" y2="34"/>'
        for tick in ticks
    )
    return f'<svg viewBox="0 0 {_LEFT * 2 + _WIDTH:.0f} 36" aria-hidden="true">{axis}{ticks_drawn}{drawn}</svg>'


def _x(value: float, is_ratio: bool) -> float:
    at = (math.log10(min(max(value, 0.1), 100.0)) + 1.0) / 3.0 if is_ratio else min(max(value, 0.0), 1.0)
    return _LEFT + _WIDTH * at
