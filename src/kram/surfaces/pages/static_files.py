"""Style, script and pictures under an address that names their content, so that a browser may keep them for ever.

The style sheets of `static/css` are served as one (`kram.css`), in the order of their names.
"""

import hashlib
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).with_name("static")
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFiles:
    """Name -> content. `fingerprint` stands for all of it."""

    files: dict[str, bytes] = field(default_factory=dict)
    fingerprint: str = ""

    def address(self, name: str) -> str:
        """Raises KeyError for a name that is not there: a page must not ask for it."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.fingerprint}/{name}"

    def route(self) -> Route:
        return Route("/static/{fingerprint}/{name}", self._serve, name="static")

    async def _serve(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.files:
            return Response(status_code=404)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        same = request.path_params["fingerprint"] == self.fingerprint
        return Response(self.files[name], media_type=kind, headers={"cache-control": _FOR_EVER if same else "no-store"})


def read_static(*more: Path) -> StaticFiles:
    """What all pages share, and what a surface brings along in a folder of its own."""
    found = [file for folder in (FOLDER, *more) for file in sorted(folder.iterdir()) if file.is_file()]
    files = {file.name: file.read_bytes() for file in found}
    assert len(files) == len(found), "two static files of one name"
    sheets = sorted((FOLDER / "css").glob("*.css"))
    files["kram.css"] = b"\n".join(sheet.read_bytes() for sheet in sheets)
    digest = hashlib.sha256(b"".join(name.encode() + content for name, content in sorted(files.items())))
    return StaticFiles(files, digest.hexdigest()[:12])
