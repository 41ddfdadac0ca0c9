"""The nights that a browser sends -> an answer in words. Held in memory while it is worked out, and forgotten."""

from datetime import timedelta
from typing import Any

import msgspec
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kram.diary.effects import name_of
from kram.diary.exchange import from_content
from kram.diary.nights import Diary
from kram.diary.telling import tell, warnings
from kram.errors import KramError
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.diary.bodies import problem, read_body
from kram.surfaces.pages import language
from kram.surfaces.pages.forms import RefusedError
from kram.surfaces.pages.pages import Pages

_AT_ONCE = 2  # answers that are worked out side by side; the others wait
_MOST_TRIED = 100  # uses, and plans
_LONGEST = timedelta(days=30 * 366)


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """`care`: what was tried. `diary`: as in a file."""

    care: str
    diary: dict[str, Any]


async def answer(request: Request, pages: Pages, knowledge: Knowledge, room: CapacityLimiter) -> Response:
    """The words as HTML, and the nights of the chart; or one sentence that says what is wrong."""
    lang = language.language(request)
    try:
        asked = await read_body(request, Asked)
        diary = from_content(asked.diary)
        _look(diary)
        told = await to_thread.run_sync(_answer, diary, asked.care, pages, knowledge, lang, limiter=room)
    except KramError as fault:
        return problem(fault, lang)
    return JSONResponse(told)


def waiting_room() -> CapacityLimiter:
    """Answers wait here for each other: each keeps a processor busy for a while."""
    return CapacityLimiter(_AT_ONCE)


def _look(diary: Diary) -> None:
    """Raises RefusedError for what no person has written, and would keep the machine busy for long."""
    dates = [night.date for night in diary.nights]
    dates += [date for use in diary.uses for date in (use.start, use.end) if date is not None]
    dates += [plan.start for plan in diary.plans]
    if max(len(diary.uses), len(diary.plans)) > _MOST_TRIED or (dates and max(dates) - min(dates) > _LONGEST):
        raise RefusedError(422, "dw_too_long", most=_MOST_TRIED, years=_LONGEST.days // 366)


def _answer(diary: Diary, care: str, pages: Pages, knowledge: Knowledge, lang: str) -> dict[str, Any]:
    from kram.diary.analysing import analyse  # SciPy is slow to load, and few readers need it
    from kram.diary.feeding import left_out, why_left_out

    found = analyse(diary, care, knowledge)
    words = pages.render(
        "answer_told.html",
        lang,
        a=found,
        name=name_of(knowledge, care, lang),
        told=tell(found, knowledge, lang),
        warned=list(zip(found.warnings, warnings(found, knowledge, lang), strict=True)),
        anyway=knowledge.trials.anyway.improved,
    )
    left = left_out(found, knowledge)
    return {
        "words": words,
        "chart": msgspec.to_builtins(found.chart),
        "response": msgspec.to_builtins(found.response) if left is None else None,
        "left_out": why_left_out(left, knowledge, lang) if left else "",
    }
