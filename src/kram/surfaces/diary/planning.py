"""Laying out a trial of one for a page: what is offered with its questions, the order drawn, the calendar file."""

from datetime import date
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kram.diary import exchange
from kram.diary.nights import Diary
from kram.diary.planning import fewest_weeks, make_plan, offer, offers
from kram.diary.reminding import reminders
from kram.errors import KramError
from kram.knowledge.knowledge import Knowledge
from kram.surfaces.diary.bodies import problem, read_body
from kram.surfaces.pages import language
from kram.surfaces.pages.forms import RefusedError


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """`settled`: every question was answered with no. The answers themselves stay in the page."""

    care: str
    start: date
    weeks: int
    seed: int
    settled: bool = False
    doctor_agreed: bool = False


class Planned(msgspec.Struct, forbid_unknown_fields=True):
    """A plan, as in a file."""

    plan: dict[str, Any]


def offered(knowledge: Knowledge, lang: str) -> list[dict[str, Any]]:
    """Everything that can be tried by lot, with the questions that must be answered with no; last what needs
    the doctor, and what helped nobody in trials."""
    found = []
    last = {one.id for one in knowledge.care.values() if one.kind == "no_benefit"}
    for one in sorted(offers(knowledge, None, lang), key=lambda one: (one.doctor, one.care in last)):
        entry = knowledge.care[one.care]
        assert entry.trial is not None
        words = {"text": entry.text[lang], "weeks": fewest_weeks(knowledge, entry.trial)}
        found.append({**msgspec.structs.asdict(one), **words})
    return found


async def plan(request: Request, knowledge: Knowledge) -> Response:
    lang = language.language(request)
    try:
        wanted = await read_body(request, Wanted)
        plan = make_plan(
            knowledge,
            offer(knowledge, None, wanted.care, lang),
            wanted.start,
            wanted.weeks,
            wanted.seed,
            settled=wanted.settled,
            doctor_agreed=wanted.doctor_agreed,
        )
        (plain,) = exchange.to_content(Diary(plans=(plan,)))["plans"]
        exchange.from_content({"version": exchange.VERSION, "plans": [plain]})  # as strictly as from a file
    except OverflowError:  # past the last date there is
        return problem(RefusedError(422, "dw_date_wrong"), lang)
    except KramError as fault:
        return problem(fault, lang)
    return JSONResponse({"plan": {name: value for name, value in plain.items() if name != "written"}})


async def calendar(request: Request, knowledge: Knowledge) -> Response:
    """The reminders of a plan as iCalendar."""
    lang = language.language(request)
    try:
        given = await read_body(request, Planned)
        (plan,) = exchange.from_content({"version": exchange.VERSION, "plans": [given.plan]}).plans
        body = reminders(plan, knowledge, lang)
    except KramError as fault:
        return problem(fault, lang)
    return Response(body, media_type="text/calendar; charset=utf-8")
