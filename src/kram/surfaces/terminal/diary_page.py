"""The diary in a terminal: a line a week, with the nights as people count them; plans and answers in words."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from kram.diary.answer import Answer
from kram.diary.effects import name_of
from kram.diary.exposure import treated
from kram.diary.merging import Merge
from kram.diary.nights import Diary, Night, Plan
from kram.diary.planning import Offer
from kram.diary.telling import headline, tell, warnings
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.terminal.page import Page
from kram.texts import Catalogue, catalogue

_WEEK = 7
_BAR = 20  # characters for the worst week


def night_line(night: Night, words: Catalogue) -> str:
    """One night in a sentence."""
    parts = [words.say("diary_cramps", count=night.cramps)]
    if night.worst is not None:
        parts.append(words.say("diary_worst", worst=night.worst))
    if night.minutes is not None:
        parts.append(words.say("diary_minutes", minutes=night.minutes))
    if night.leg is not None:
        parts.append(words.say(f"diary_leg_{night.leg}"))
    parts += [words.say(f"diary_day_{tag}") for tag in night.day]
    if night.note:
        parts.append(f'"{night.note}"')
    return f"{words.say(f'weekday_{night.date.weekday()}')} {night.date}: " + ", ".join(parts)


def weeks_chart(nights: Mapping[date, int | None], used: Iterable[date], words: Catalogue) -> list[str]:
    """A line a week: each night's count, in brackets where the thing was tried, a dot where nothing was entered."""
    if not nights:
        return []
    with_it = set(used)
    first, last = min(nights), max(nights)
    monday = first - timedelta(days=first.weekday())
    weeks = [[monday + timedelta(days=week + day) for day in range(_WEEK)]
             for week in range(0, (last - monday).days + 1, _WEEK)]  # fmt: skip
    means = [_mean([nights.get(day) for day in week]) for week in weeks]
    most = max((mean for mean in means if mean is not None), default=0.0) or 1.0
    lines = [" " * 11 + "".join(words.say(f"weekday_{day}")[:3].rjust(4) for day in range(_WEEK))]
    for week, mean in zip(weeks, means, strict=True):
        cells = "".join(_cell(nights.get(day), day in with_it, first <= day <= last) for day in week)
        bar = "" if mean is None else "█" * round(_BAR * mean / most)
        lines.append(f"{week[0]} {cells}  {bar}".rstrip())
    return lines


def _mean(counts: list[int | None]) -> float | None:
    known = [count for count in counts if count is not None]
    return sum(known) / len(known) if known else None


def _cell(count: int | None, used: bool, within: bool) -> str:
    if not within:
        return "    "
    text = "." if count is None else str(count)
    return (f"[{text}]" if used else f"{text} ").rjust(4)


def diary_page(diary: Diary, knowledge: Knowledge, lang: str, days: int) -> str:
    words = catalogue(lang)
    page = Page()
    if not diary.nights and not diary.uses and not diary.plans:
        page.paragraph(words.say("diary_empty"))
        return page.text
    if diary.nights:
        last = diary.nights[-1].date
        shown = [night for night in diary.nights if (last - night.date).days < days]
        page.title(words.say("diary_heading", count=len(diary.nights)))
        counts: dict[date, int | None] = {night.date: night.cramps for night in shown}
        page.lines += weeks_chart(counts, _tried_on(diary, shown), words)
        page.paragraph(words.say("diary_legend"))
        page.gap()
        for night in shown[-_WEEK:]:
            page.item(night_line(night, words), 2)
    if diary.uses:
        page.title(words.say("diary_uses"))
        for use in diary.uses:
            end = use.end or words.say("diary_still")
            page.item(f"{name_of(knowledge, use.care, lang)}: {use.start} - {end}", 2)
    for plan in diary.plans:
        plan_lines(page, plan, knowledge, lang)
    return page.text


def _tried_on(diary: Diary, nights: list[Night]) -> set[date]:
    cares = {*(use.care for use in diary.uses), *(plan.care for plan in diary.plans)}
    found: set[date] = set()
    for care in cares:
        course = treated(diary, care, nights[-1].date)
        found |= {night.date for night in nights if course.used[course.index(night.date)]}
    return found


def plan_lines(page: Page, plan: Plan, knowledge: Knowledge, lang: str) -> None:
    words = catalogue(lang)
    name = name_of(knowledge, plan.care, lang)
    page.title(words.say("plan_heading", care=name))
    page.paragraph(words.say("plan_seed", seed=plan.seed))
    for period in plan.periods:
        end = period.start + timedelta(days=period.nights - 1)
        side = words.say("plan_with" if period.treated else "plan_without")
        page.item(f"{period.start} - {end} ({words.say('plan_nights', nights=period.nights)}): {side}", 2)


def plan_page(plan: Plan, knowledge: Knowledge, lang: str) -> str:
    words = catalogue(lang)
    page = Page()
    plan_lines(page, plan, knowledge, lang)
    entry = knowledge.care[plan.care]
    page.gap()
    if entry.trial is not None and entry.trial.do is not None:
        page.paragraph(entry.trial.do[lang])
    page.paragraph(words.say("plan_keep"))
    if entry.harms is not None:
        page.paragraph(words.say("plan_harms", harms=entry.harms[lang]))
    page.paragraph(words.say("plan_stop"))
    return page.text


def offers_page(offered: Iterable[Offer], lang: str) -> str:
    words = catalogue(lang)
    page = Page()
    page.title(words.say("offers_heading"))
    for one in offered:
        page.item(f"{one.name} ({one.care})" + (f" - {words.say('offers_doctor')}" if one.doctor else ""), 2)
        for doubt in one.doubts:
            page.item(doubt.question, 6, "?")
    page.gap()
    page.paragraph(words.say("offers_how"))
    return page.text


def merge_line(merge: Merge, words: Catalogue) -> str:
    return words.say("diary_imported", added=merge.added, replaced=merge.replaced, same=merge.same, older=merge.older)


def answer_page(answer: Answer, knowledge: Knowledge, lang: str) -> str:
    words = catalogue(lang)
    page = Page()
    page.title(headline(answer, knowledge, lang))
    page.gap()
    for sentence in tell(answer, knowledge, lang)[1:]:
        page.item(sentence)
    page.gap()
    minded = warnings(answer, knowledge, lang)
    for sentence in minded:
        page.item(sentence, mark="!")
    if minded:
        page.gap()
    used = {night.date for night in answer.chart if night.used}
    page.lines += weeks_chart({night.date: night.cramps for night in answer.chart}, used, words)
    page.paragraph(words.say("diary_legend"))
    page.gap()
    page.paragraph(knowledge.settings.notice[lang])
    return page.text
