"""The nights that a browser sends -> an answer in words. Held in memory while it is worked out, and forgotten."""

from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kram.diary.exchange import from_content
from kram.diary.nights import Diary
from kram.errors import KramError
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.diary.bodies import problem, read_body
from kram.surfaces.pages import language
from kram.surfaces.pages.pages import Pages


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """`care`: what was tried. `diary`: as in a file."""

    care: str
    diary: dict[str, Any]


async def answer(request: Request, pages: Pages, knowledge: Knowledge) -> Response:
    """The words as HTML, and the nights of the chart; or one sentence that says what is wrong."""
    lang = language.language(request)
    try:
        asked = await read_body(request, Asked)
        diary = from_content(asked.diary)
        told = await run_in_threadpool(_answer, diary, asked.care, pages, knowledge, lang)
    except KramError as fault:
        return problem(fault, lang)
    return JSONResponse(told)


def _answer(diary: Diary, care: str, pages: Pages, knowledge: Knowledge, lang: str) -> dict[str, Any]:
    from kram.diary.analysing import analyse  # SciPy is slow to load, and few readers need it

    found = analyse(diary, care, knowledge)
    anyway = knowledge.trials.anyway.improved
    name = knowledge.care[care].name[lang]
    words = pages.render("answer_told.html", lang, a=found, name=name, anyway=anyway)
    return {"words": words, "chart": msgspec.to_builtins(found.chart)}
