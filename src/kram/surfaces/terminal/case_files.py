"""Case files and health records on disk or on standard input -> text."""

import sys
from pathlib import Path

from kram.errors import CaseError

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
