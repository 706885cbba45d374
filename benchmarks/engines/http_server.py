"""The service's own server, with two more addresses that return a constant.

``python -m benchmarks.engines.http_server BYTES``: ``/constant`` is answered by the WSGI
layer alone, ``/api/v1/constant`` passes through everything around the API. Settings come
from the environment as usual. The first line written is the server's address.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response

from search_service import api, config
from search_service.server import serve

_JSON = "application/json"


def main(size: int) -> None:
    body = b'"' + b"x" * (size - 2) + b'"'
    create = api.create_app

    def create_with_constants(*args: Any) -> Flask:
        app = create(*args)
        inner = app.wsgi_app

        def outer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/constant":
                return inner(environ, start)
            start("200 OK", [("Content-Type", _JSON), ("Content-Length", str(len(body)))])
            return [body]

        app.wsgi_app = outer  # type: ignore[method-assign]
        app.add_url_rule("/api/v1/constant", "constant", lambda: Response(body, mimetype=_JSON))
        return app

    api.create_app = create_with_constants
    serve(config.load(), lambda address: print(address, flush=True))


if __name__ == "__main__":
    main(int(sys.argv[1]))
