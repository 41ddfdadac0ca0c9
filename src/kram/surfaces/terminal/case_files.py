"""Case files and health records on disk or on standard input -> text."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from kram.assessment.case_reading import parse_case
from kram.errors import CaseError, KramError

ENDINGS = (".yaml", ".yml", ".json")
LARGEST = 1_000_000  # bytes; a case is a few hundred
LARGEST_RECORD = 100_000_000  # a health record, as JSON


def read_text(file: str) -> str:
    """Raises CaseError for what is missing, too large or no text."""
    try:
        data = sys.stdin.buffer.read(LARGEST_RECORD + 1) if file == "-" else _bytes(Path(file))
    except (FileNotFoundError, IsADirectoryError, PermissionError, OSError) as fault:
        raise CaseError("file_not_found", file=file) from fault
    record = data.lstrip()[:1] in (b"{", b"[")
    if len(data) > (LARGEST_RECORD if record else LARGEST):
        raise CaseError("file_too_large", file=file, most="100 MB" if record else "1 MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise CaseError("file_not_text", file=file) from fault


def _bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST_RECORD + 1)


def cases_in(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every case file below the folder, by name: (file, the case). Raises KramError where there is none."""
    if not folder.is_dir():
        raise KramError("folder_not_found", folder=str(folder))
    files = sorted(file for file in folder.rglob("*") if file.suffix in ENDINGS and file.is_file())
    if not files:
        raise KramError("cases_none", folder=str(folder))
    for file in files:
        yield str(file), parse_case(read_text(str(file)), str(file))


def fhir_resources(text: str) -> Any | None:
    """A FHIR resource, a list of them, or one a line; None for anything else (a case, then)."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = _lines(text)
    listed = found if isinstance(found, list) else [found]
    return found if any(isinstance(item, dict) and "resourceType" in item for item in listed) else None


def _lines(text: str) -> list[Any]:
    """NDJSON, as bulk exports write it."""
    try:
        return [msgspec.json.decode(line) for line in text.splitlines() if line.strip()]
    except msgspec.DecodeError:
        return []
