"""Identifiers in results: a keyed hash. Who has the key can find the person again, nobody else."""

import hmac
import os
from pathlib import Path

from kram.errors import KramError
from kram.screening.private_files import write_private

_BYTES = 32


class Pseudonyms:
    """`key`: None keeps identifiers as they are."""

    def __init__(self, key: bytes | None) -> None:
        self.key = key

    def __call__(self, person: str) -> str:
        if self.key is None:
            return person
        return hmac.digest(self.key, person.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def key_in(file: Path) -> bytes:
    """The key in this file, made where there is none. Raises KramError where the file holds something else."""
    try:
        if not file.exists():
            write_private(file, os.urandom(_BYTES).hex().encode() + b"\n")
        text = file.read_bytes().strip()
        key = bytes.fromhex(text.decode("ascii"))
    except (OSError, ValueError) as fault:
        raise KramError("screen_key_unreadable", file=str(file)) from fault
    if len(key) < _BYTES:
        raise KramError("screen_key_unreadable", file=str(file))
    return key
