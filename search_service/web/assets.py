"""Style sheets and scripts, under an address that changes whenever one of them does."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, abort, request

_FOLDER = Path(__file__).parent / "static"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class _Asset:
    body: bytes
    packed: bytes
    content_type: str
    etag: str


@cache
def _assets() -> dict[str, _Asset]:
    """Read every file once; only these names are ever served."""
    found = {}
    for path in sorted(_FOLDER.iterdir()):
        if path.suffix in _TYPES:
            body = path.read_bytes()
            etag = hashlib.blake2b(body, digest_size=12).hexdigest()
            packed = gzip.compress(body, mtime=0)
            found[path.name] = _Asset(body, packed, _TYPES[path.suffix], etag)
    return found


@cache
def version() -> str:
    """Return a name for the present state of all files together."""
    names = "".join(f"{name} {asset.etag}\n" for name, asset in _assets().items())
    return hashlib.blake2b(names.encode(), digest_size=6).hexdigest()


def scripts() -> list[str]:
    """Return the names of all scripts."""
    return [name for name in _assets() if name.endswith(".js")]


def packed_if_wanted(body: bytes, content_type: str) -> Response:
    """Return a response, compressed for clients that take it; pages hold no secrets to guess."""
    if request.accept_encodings.quality("gzip") > 0:
        response = Response(gzip.compress(body, 5, mtime=0), content_type=content_type)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(body, content_type=content_type)
    response.headers["Vary"] = "Accept-Encoding"
    return response


def send(asked: str, name: str) -> Response:
    """Answer with the file ``name`` as of version ``asked``."""
    asset = _assets().get(name)
    if asset is None:
        abort(404)
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(asset.packed if packed else asset.body, content_type=asset.content_type)
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{asset.etag}-gzip" if packed else asset.etag)
    # A page that was loaded before an update asks for the old version: it must not keep
    # what it gets under that address.
    current = asked == version()
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if current else "no-cache"
    )
    response.make_conditional(request)
    return response
