"""Static files with a hash in the name: a browser may keep them for a year, a new version has a new name."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

_FOLDER = Path(__file__).parent / "static"
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Asset:
    """One static file, read and packed once at start. Pages are not packed: beside what a visitor typed they hold links that
    are secrets, and the length of what is packed would tell of both."""

    body: bytes
    packed: bytes
    content_type: str


class Assets:
    """The files of `static/`; `desk.css` is served as `/static/desk.<hash>.css`."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._names: dict[str, str] = {}
        self._files: dict[str, Asset] = {}
        for path in sorted(folder.iterdir()):
            body = path.read_bytes()
            served = f"{path.stem}.{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}"
            content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            self._names[path.name] = served
            self._files[served] = Asset(body, gzip.compress(body, mtime=0), content_type)

    def url(self, name: str) -> str:
        """The address of one file. Raises KeyError when `static/` has no such file."""
        return f"/static/{self._names[name]}"

    async def serve(self, request: web.Request) -> web.Response:
        asset = self._files.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        headers = {"Cache-Control": f"public, max-age={_A_YEAR}, immutable", "Vary": "Accept-Encoding"}
        is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
        if is_packed:
            headers["Content-Encoding"] = "gzip"
        body = asset.packed if is_packed else asset.body
        return web.Response(body=body, content_type=asset.content_type, charset="utf-8", headers=headers)
