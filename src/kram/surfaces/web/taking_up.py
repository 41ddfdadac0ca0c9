"""What the diary's page sends: an answer of the diary, with the answers that it is to join, if there are any yet."""

from dataclasses import dataclass

import msgspec
from starlette.requests import Request

from kram import plain_yaml
from kram.assessment.answers import Response
from kram.assessment.case_reading import parse_case
from kram.assessment.responding import put_responses
from kram.assessment.response_reading import read_responses
from kram.knowledge.lookup import Lookup
from kram.surfaces.pages.forms import RefusedError, read_multipart
from kram.surfaces.web.case_files import case_text, open_case
from kram.surfaces.web.journey import Journey, decode

AS_FILE = "file"


@dataclass(frozen=True)
class Taken:
    """`journey`: the answers with the response among them. `file`: the same as a case file, if that was asked for."""

    journey: Journey
    file: str | None


async def take_up(request: Request, lookup: Lookup) -> Taken:
    """Fields: `response` as in a case file; `state` of the assessment in this tab, or a case file, which goes before
    it; `do`. Raises KramError."""
    form, name, content = await read_multipart(request)
    response = _response(form.get("response"), lookup)
    wanted = form.get("do") == AS_FILE
    if content is not None:
        journey = open_case(name, content, lookup)
        raw = parse_case(content.decode("utf-8-sig"), name)
        text = plain_yaml.dump(put_responses(raw, [response]))  # with what the pages have no field for
    else:
        journey = decode(form.get("state")) if form.get("state") else Journey()
        if wanted and "person" not in journey.case:
            raise RefusedError(422, "web_response_no_case")
        text = ""
    journey.case = put_responses(journey.case, [response])
    return Taken(journey, (text or case_text(journey)) if wanted else None)


def _response(given: str, lookup: Lookup) -> Response:
    try:
        raw = msgspec.json.decode(given)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise RefusedError(400, "web_page_broken") from fault
    found, _strange = read_responses([raw], lookup.knowledge, "-")
    if not found:
        raise RefusedError(422, "web_response_strange")
    return found[0]
