"""What a browser sends, read with limits: a form, or a form with one file. Every refusal is a sentence."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from kram.errors import KramError

MOST_BODY = 4 * 1024 * 1024  # what is read at all
MOST_FIELD = 64 * 1024  # what one field may hold
MOST_FIELDS = 2000
MOST_FILE = 256 * 1024
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


class RefusedError(KramError):
    """The request cannot be read. `status`: the HTTP status that says why."""

    def __init__(self, status: int, key: str, /, **values: object) -> None:
        super().__init__(key, **values)
        self.status = status


class Form:
    """Fields in order; a name may stand several times. Control characters are left out, too long fields are cut.

    `cut`: names of fields that were too long, for a message beside what is kept of them.
    """

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.cut: tuple[str, ...] = tuple(name for name, value in pairs if len(value) > MOST_FIELD)
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(_clean(value[:MOST_FIELD]))

    def get(self, name: str, default: str = "") -> str:
        return self._values.get(name, [default])[0]

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def beginning(self, prefix: str) -> Mapping[str, str]:
        """What follows the prefix -> value."""
        return {name.removeprefix(prefix): v[0] for name, v in self._values.items() if name.startswith(prefix)}


def _clean(value: str) -> str:
    """Line breaks and tabs are kept; other control characters mean nothing in an answer."""
    return "".join(sign for sign in value.replace("\r\n", "\n") if sign >= " " or sign in "\n\t").replace("\x7f", "")


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_form(request: Request) -> Form:
    """Raises RefusedError."""
    if _kind(request) != FORM:
        raise RefusedError(415, "web_wrong_type", given=_kind(request)[:80] or "-", wanted=FORM)
    body = await read_body(request, MOST_BODY)
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as fault:
        raise RefusedError(400, "web_not_text") from fault
    except ValueError as fault:
        raise RefusedError(413, "web_too_many_fields", most=MOST_FIELDS) from fault
    return Form(pairs)


async def read_upload(request: Request) -> tuple[str, bytes, str]:
    """Name and content of the file sent, and the field `mode` beside it. Raises RefusedError."""
    fields, name, content = await read_multipart(request)
    if content is None:
        raise RefusedError(400, "web_no_file")
    return name, content, fields.get("mode")


async def read_multipart(request: Request) -> tuple[Form, str, bytes | None]:
    """The fields, and name and content of the file among them, if one was chosen. Raises RefusedError."""
    if _kind(request) != MULTIPART:
        raise RefusedError(415, "web_wrong_type", given=_kind(request)[:80] or "-", wanted=MULTIPART)
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > MOST_BODY:
        raise RefusedError(413, "web_file_too_large", most=MOST_FILE // 1024)
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            fields = Form([(name, value) for name, value in form.multi_items() if isinstance(value, str)])
            file, name, content = form.get("file"), "", None
            if isinstance(file, UploadFile) and file.filename:
                name, content = _clean(file.filename)[:80], await file.read(MOST_FILE + 1)
    except (MultiPartException, HTTPException) as fault:
        raise RefusedError(400, "web_no_file") from fault
    if content is not None and len(content) > MOST_FILE:
        raise RefusedError(413, "web_file_too_large", most=MOST_FILE // 1024)
    return fields, name, content


async def read_body(request: Request, most: int) -> bytes:
    """At most so many bytes. Raises RefusedError."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise RefusedError(413, "web_too_large", most=most // 1024 // 1024)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise RefusedError(413, "web_too_large", most=most // 1024 // 1024)
        parts.append(part)
    return b"".join(parts)
