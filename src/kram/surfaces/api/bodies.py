"""The body of a request -> what was sent, with size, type and shape checked in this order."""

import re
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request

from kram.surfaces.api.problems import Refused
from kram.surfaces.api.requests import LARGEST

_T = TypeVar("_T")
_PATH = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>[^`]+)`)?$", re.DOTALL)
# what msgspec says -> the key of our own sentence
_MESSAGES = {
    r"Object missing required field `(?P<field>.+)`": "api_shape_missing",
    r"Object contains unknown field `(?P<field>.+)`": "api_shape_unknown",
    r"Expected `(?P<expected>.+)`, got `(?P<got>.+)`": "api_shape_type",
    r"Invalid (?:enum )?value (?P<given>.+)": "api_shape_choice",
}
_NAMES = {"float": "number", "int": "number", "str": "string", "bool": "boolean"}


async def read_json(request: Request) -> Any:
    """Raises Refused for what is too large, of another type, or no JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not (kind == "application/json" or re.fullmatch(r"application/[\w.-]+\+json", kind)):
        raise Refused(415, "api_media_type", given=kind[:80] or "-")
    too_large = Refused(413, "api_too_large", most=f"{LARGEST // 1000} kB")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > LARGEST:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise too_large
    try:
        return msgspec.json.decode(bytes(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Refused(400, "api_not_json") from fault


def shaped(raw: Any, kind: type[_T]) -> _T:
    """Raises Refused where the shape is not that of `kind`, saying where."""
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, RecursionError) as fault:
        match = _PATH.match(str(fault))
        assert match  # every message fits
        place = (match["path"] or "$").removeprefix("$").removeprefix(".") or "body"
        for pattern, key in _MESSAGES.items():
            if told := re.fullmatch(pattern, match["what"], re.DOTALL):
                values = {name: _json_words(value)[:80] for name, value in told.groupdict().items()}
                raise Refused(422, key, place=place[:200], **values) from fault
        raise Refused(422, "api_shape_wrong", place=place[:200], problem=match["what"][:200]) from fault


def _json_words(text: str) -> str:
    """The names of JSON's types where msgspec says Python's."""
    return re.sub(r"\b(float|int|str|bool)\b", lambda name: _NAMES[name[0]], text)
