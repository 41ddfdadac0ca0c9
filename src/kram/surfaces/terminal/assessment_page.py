"""An assessment to read in the terminal: urgency first, then causes, reasons, care, next steps, sources."""

from kram.assessment.result import Assessment, CareItem, CauseShare
from kram.knowledge.entries import Source
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.terminal.page import Page, bar
from kram.texts import Catalogue, catalogue

_COLOURS = {"emergency": "red", "same_day": "yellow", "soon": "yellow", "routine": "cyan", "self_care": "green"}
_SHOWN = 0.005  # causes below half of one in a hundred are not listed
_NEXT = 5


def assessment_page(assessment: Assessment, knowledge: Knowledge) -> str:
    words = catalogue(assessment.lang)
    page = Page()
    _urgency(page, assessment, words)
    _causes(page, assessment, words)
    _why(page, assessment, words)
    _care(page, assessment, words)
    _next(page, assessment, words)
    _rest(page, assessment, words)
    _sources(page, assessment, knowledge, words)
    return page.text


def _urgency(page: Page, assessment: Assessment, words: Catalogue) -> None:
    if assessment.red_flags_open:
        page.paragraph(words.say("urgency_screen_open"))
    page.title(assessment.urgency_text, fg=_COLOURS[assessment.urgency])
    for flag in assessment.red_flags:
        page.item(f"{flag.name}: {flag.text}", mark="!")


def _causes(page: Page, assessment: Assessment, words: Catalogue) -> None:
    page.title(words.say("heading_causes"))
    page.paragraph(words.say("explain_shares"))
    page.gap()
    rows: list[tuple[str, float, tuple[float, float]]] = [
        (cause.name, cause.share, cause.share_interval) for cause in assessment.causes if cause.share >= _SHOWN
    ]
    rows.append((words.say("unexplained"), assessment.unexplained.share, assessment.unexplained.share_interval))
    width = 20
    for name, share, (low, high) in rows:
        figures = words.say("of_100", share=_of_100(share), low=_of_100(low), high=_of_100(high))
        page.paragraph(name)
        page.lines.append(f"  {bar(share, low, high, width)} {figures}")
    raised = [(cause, cause.via) for cause in assessment.causes if cause.via and cause.share >= _SHOWN]
    for cause, via in raised:
        page.paragraph(words.say("raised_by", cause=cause.name, facts=", ".join(item.text for item in via)))
    _danger(page, assessment, words)


def _danger(page: Page, assessment: Assessment, words: Catalogue) -> None:
    page.gap()
    page.paragraph(words.say("danger_line", danger=in_1000(assessment.danger)))
    likely = [cause for cause in assessment.causes if cause.dangerous and cause.presence >= 0.001]
    for cause in sorted(likely, key=_presence)[:3]:
        page.item(words.say("presence_line", name=cause.name, presence=in_1000(cause.presence)))


def _presence(cause: CauseShare) -> float:
    return -cause.presence


def _why(page: Page, assessment: Assessment, words: Catalogue) -> None:
    if not assessment.why:
        return
    names = {cause.id: cause.name for cause in assessment.causes}
    page.title(words.say("heading_why"))
    for id in dict.fromkeys(row.cause for row in assessment.why):
        page.paragraph(names[id])
        for row in [row for row in assessment.why if row.cause == id]:
            mark = "+" if row.log_odds > 0 else "-"
            page.item(f"{row.name}: {row.answer} ({words.say(row.strength)})", 2, mark)


def _care(page: Page, assessment: Assessment, words: Catalogue) -> None:
    page.title(words.say("heading_care"))
    kind = ""
    for item in assessment.care:
        if item.kind != kind:
            kind = item.kind
            page.paragraph(words.say(f"kind_{kind}") + ":")
        page.item(_care_line(item, words), 2, "*" if item.questions else "-")
    unsettled = dict.fromkeys(question for item in assessment.care for question in item.questions)
    if unsettled:
        page.paragraph(words.say("first_settle"))
        for question in unsettled:
            page.item(question, 2, "?")
    if assessment.care_withheld:
        page.paragraph(words.say("heading_withheld"))
        for withheld in assessment.care_withheld:
            page.item(f"{withheld.name}: {withheld.reason}", 2)


def _care_line(item: CareItem, words: Catalogue) -> str:
    parts = [f"{item.name}. {item.text}"]
    if item.rate_ratio is not None and item.interval is not None:
        low, high = item.interval
        parts.append(words.say("cramps_left", left=_of_100(item.rate_ratio), low=_of_100(low), high=_of_100(high)))
    if item.certainty != "none":
        parts.append(f"({words.say(f'certainty_{item.certainty}')})")
    if item.harms:
        parts.append(words.say("harms", harms=item.harms))
    return " ".join(parts)


def _next(page: Page, assessment: Assessment, words: Catalogue) -> None:
    if not assessment.next:
        return
    page.title(words.say("heading_next"))
    for item in assessment.next[:_NEXT]:
        page.item(f"{item.text} {item.reason}")


def _rest(page: Page, assessment: Assessment, words: Catalogue) -> None:
    if assessment.tell_the_doctor:
        page.title(words.say("heading_tell"))
        for sentence in assessment.tell_the_doctor:
            page.item(sentence)
    if assessment.not_understood:
        page.title(words.say("heading_not_understood"))
        for missed in assessment.not_understood:
            near = words.say("nearest", names=", ".join(missed.nearest)) if missed.nearest else ""
            page.item(words.say("not_understood", given=missed.given, place=missed.place) + near)


def _sources(page: Page, assessment: Assessment, knowledge: Knowledge, words: Catalogue) -> None:
    used = [flag.sources for flag in assessment.red_flags]
    used += [cause.sources for cause in assessment.causes if cause.share >= knowledge.settings.leading_share]
    ids = dict.fromkeys(id for sources in used for id in sources)
    if ids:
        page.title(words.say("heading_sources"))
        for id in ids:
            page.item(citation(knowledge.sources[id]))
    page.gap()
    page.paragraph(words.say("show_hint"))
    page.paragraph(assessment.notice)


def citation(source: Source) -> str:
    year = f" ({source.year})" if source.year else ""
    where = f" {source.journal}." if source.journal else ""
    link = (
        f" doi:{source.doi}"
        if source.doi
        else f" PMID {source.pmid}"
        if source.pmid
        else f" {source.url}"
        if source.url
        else ""
    )
    return f"{source.authors}{year}. {source.title}.{where}{link} [{source.id}]"


def _of_100(share: float) -> int:
    return round(100 * share)


def in_1000(p: float) -> str:
    """Things in a thousand; the last few of either end are not counted out."""
    return ">995" if p > 0.995 else str(round(1000 * p)) if p >= 0.001 else "<1"
