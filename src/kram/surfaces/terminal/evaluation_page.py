"""How true the knowledge is, for a terminal: the literature table, and the cases with their misses."""

from collections.abc import Sequence
from pathlib import Path

from kram.evaluation.casebook import UNEXPLAINED, Scored, Share, Summary
from kram.evaluation.literature import Comparison, LiteratureReport
from kram.evaluation.sensitivity import Weight, held_by
from kram.knowledge.explaining import Row, explain
from kram.knowledge.figures import figures as figures_of
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.terminal.page import Page
from kram.texts import Catalogue, catalogue

_MOST_ROWS = 3  # a number with more values than these is shown by `kram show`


def literature_page(report: LiteratureReport, lang: str) -> str:
    words = catalogue(lang)
    page = Page()
    page.title(words.say("literature_title"))
    page.paragraph(literature_lead(report, words))
    for role, heading in (("check", "literature_checks"), ("input", "literature_inputs")):
        page.title(words.say(heading))
        for row in report.comparisons:
            if row.role == role:
                page.item(f"{row.name} [{row.id}]: {verdict(row, words)}")
                page.paragraph(figures(row, words), 2)
                if row.miss and not row.inside:
                    page.paragraph(row.miss, 2)
                elif not row.agrees and role == "check":
                    page.paragraph(words.say("literature_no_reason"), 2)
    return page.text


def literature_lead(report: LiteratureReport, words: Catalogue) -> str:
    """How many checks fall inside, and how wide the model's own intervals are."""
    checks = max(report.checks, 1)
    lead = words.say(
        "literature_lead",
        checks=report.checks,
        inside=report.inside,
        inside_share=round(100 * report.inside / checks),
        agree=report.agree,
        agree_share=round(100 * report.agree / checks),
        inputs=len(report.comparisons) - report.checks,
    )
    return f"{lead} {words.say('literature_width', width=words.figure(report.mean_factor, 2))}"


def verdict(row: Comparison, words: Catalogue) -> str:
    key = "inside" if row.inside else "agrees" if row.agrees else "apart"
    return words.say(f"literature_{key}")


def figures(row: Comparison, words: Catalogue) -> str:
    low, high = row.interval
    own_low, own_high = row.computed_interval
    values = {"published": row.published, "low": low, "high": high, "computed": row.computed}
    values |= {"own_low": own_low, "own_high": own_high, "least": row.foretold[0], "most": row.foretold[1]}
    shown = {name: words.figure(value, 3) for name, value in values.items()}
    return f"{words.say('literature_row', **shown)}. {words.say('literature_sources', sources=', '.join(row.source))}"


def cases_page(summaries: Sequence[Summary], scored: Sequence[Scored], knowledge: Knowledge, lang: str) -> str:
    words = catalogue(lang)
    page = Page()
    page.title(words.say("cases_title"))
    page.paragraph(words.say("cases_lead", count=len(scored)))
    columns = words.say("cases_columns").split(" | ")
    for summary in summaries:
        page.title(summary.name)
        for column, share in zip(columns, shares(summary), strict=True):
            page.item(f"{column}: {share_words(share, words)}")
        page.item(words.say("cases_evidence", value=words.figure(summary.median_evidence, 2)))
    page.title(words.say("cases_misses"))
    for case in scored:
        if case.rank > 1 or case.urgency != case.expected_urgency:
            page.item(miss(case, knowledge, words))
    return page.text


def sensitivity_page(weights: Sequence[Weight], top: int, cases: int, knowledge: Knowledge, lang: str) -> str:
    """The `top` heaviest numbers, each with what it says now."""
    words = catalogue(lang)
    page = Page()
    by_key = {figure.key: figure for figure in figures_of(knowledge)}
    page.title(words.say("sensitivity_title"))
    judged = words.figure(100 * held_by(weights, "judgement"), 2)
    page.paragraph(words.say("sensitivity_lead", count=len(weights), cases=cases, judged=judged))
    for weight in weights[:top]:
        figure = by_key[weight.key]
        told = explain(knowledge, figure, lang)
        name = getattr(figure.entry, "name", None)
        page.item(f"{name[lang] if name else words.say('sensitivity_population')}: {told.what}")
        moved = {"mean": words.figure(100 * weight.mean, 2), "most": words.figure(100 * weight.most, 2)}
        kind = words.say(f"sensitivity_{weight.kind}")
        page.paragraph(words.say("sensitivity_row", kind=kind, where=Path(weight.where).stem, **moved), 2)
        values = [row_text(row) for row in told.rows]
        many = words.say("sensitivity_many", count=len(values)) if len(values) > _MOST_ROWS else "; ".join(values)
        page.paragraph(f"{many} [{weight.key}]", 2)
    return page.text


def row_text(row: Row) -> str:
    return f"{row.of}: {row.text}" if row.of else row.text


def shares(summary: Summary) -> tuple[Share, ...]:
    """In the order of the columns."""
    return (
        summary.first,
        summary.top3,
        summary.top5,
        summary.accepted_first,
        summary.accepted_top3,
        summary.urgency_right,
        summary.urgency_too_low,
        summary.urgency_too_high,
    )


def share_words(share: Share, words: Catalogue) -> str:
    low, high = (round(100 * end) for end in share.interval)
    return words.say("cases_share", hits=share.hits, of=share.of, low=low, high=high)


def miss(case: Scored, knowledge: Knowledge, words: Catalogue) -> str:
    """What went wrong with one case, and what misled."""

    def name(cause: str) -> str:
        entry = knowledge.causes.get(cause) or knowledge.drafts.get(cause)
        return entry.name[words.lang] if entry else words.say("cases_unexplained")

    parts = []
    if case.rank > 1:
        leading = name(case.leading) if case.leading != UNEXPLAINED else words.say("cases_unexplained")
        parts.append(
            words.say(
                "cases_miss",
                id=case.id,
                cause=name(case.cause),
                rank=case.rank,
                accepted=case.accepted,
                leading=leading,
            )
        )
        if case.misled_by:
            parts.append(words.say("cases_misled", answers="; ".join(case.misled_by)))
    else:
        parts.append(f"{case.id}:")
    if case.urgency != case.expected_urgency:
        parts.append(words.say("cases_urgency", found=case.urgency, expected=case.expected_urgency))
    if case.not_understood:
        parts.append(words.say("cases_not_understood", items=", ".join(case.not_understood)))
    return " ".join(parts)
