"""What is slow to make and the same on every start, kept in the user's cache folder. Nothing about people is kept.

A kept thing has a key that says what it was made from; with another key, or with one byte changed, it counts as absent.
Whatever goes wrong with the folder, things are simply made anew. KRAM_CACHE=off keeps and reads nothing.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

_MOST_FILES = 24  # older ones go when a new one comes
_DIGEST = 32


def key_of(parts: Iterable[bytes | str]) -> str:
    """Names exactly these parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()[:32]


def code(*rooms: str) -> bytes:
    """Every Python file of these rooms of kram: what is kept is only as good as the code that made it.

    Raises OSError where the code does not lie in files.
    """
    home = Path(__file__).parent
    files = sorted(file for room in rooms for file in (home / room).rglob("*.py"))
    if not files:
        raise FileNotFoundError(home)
    return b"".join(file.name.encode() + b"\0" + file.read_bytes() + b"\0" for file in files)


def kept(kind: str, key: str) -> bytes | None:
    """What was kept under this key, if it is there, whole, and nobody else's."""
    folder = _folder()
    if folder is None:
        return None
    try:
        with (folder / f"{kind}-{key}").open("rb") as stream:
            if not _own(os.fstat(stream.fileno())):
                return None
            data = stream.read()
    except OSError:
        return None
    content = data[_DIGEST:]
    return content if data[:_DIGEST] == _seal(kind, key, content) else None


def keep(kind: str, key: str, content: bytes) -> None:
    """Whole or not at all; only the user may read it."""
    folder = _folder()
    if folder is None:
        return
    draft = folder / f".{kind}-{key}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _own(folder.stat()):
            return
        _tidy(folder)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(_seal(kind, key, content))
            stream.write(content)
        draft.replace(folder / f"{kind}-{key}")
    except OSError:
        draft.unlink(missing_ok=True) if draft.exists() else None


def _folder() -> Path | None:
    if os.environ.get("KRAM_CACHE") == "off":
        return None
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):  # others are to be ignored, the standard says
        return Path(named) / "kram"
    home = os.path.expanduser("~")
    return Path(home) / ".cache" / "kram" if os.path.isabs(home) else None


def _own(status: os.stat_result) -> bool:
    """Nobody else may have put it there or changed it."""
    if not hasattr(os, "getuid"):
        return True
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _seal(kind: str, key: str, content: bytes) -> bytes:
    digest = hashlib.sha256(f"{kind}-{key}\0".encode())
    digest.update(content)
    return digest.digest()


def _tidy(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_MOST_FILES - 1 :]:
        file.unlink(missing_ok=True)
