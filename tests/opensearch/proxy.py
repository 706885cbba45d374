"""A proxy before a real node that asks for a password, speaks TLS, or spoils answers."""

from __future__ import annotations

import base64
import shutil
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

Spoil = Callable[[str, bytes], bytes]
"""Takes the path of a request and the answer to it; returns another answer."""


class Proxy:
    """Forwards requests to ``target``; a context manager."""

    def __init__(
        self,
        target: str,
        password: str | None = None,
        certificate: Path | None = None,
        spoil: Spoil = lambda _, answer: answer,
    ) -> None:
        self.target = target
        self.expected = password and "Basic " + base64.b64encode(password.encode()).decode()
        self.spoil = spoil
        self.headers: list[str] = []
        """Of every request, the ``Authorization``."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = self.headers.get("Authorization", "")
            proxy.headers.append(sent)
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else None
            if proxy.expected is not None and sent != proxy.expected:
                self._answer(401, b'{"error": "Unauthorized"}')
                return
            kind = {"Content-Type": self.headers.get("Content-Type", "application/json")}
            request = urllib.request.Request(proxy.target + self.path, body, kind)
            request.method = self.command
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    self._answer(response.status, proxy.spoil(self.path, response.read()))
            except urllib.error.HTTPError as error:
                self._answer(error.code, error.read())

        do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def self_signed(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1, with its key beside it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    certificate = folder / "node.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-out", str(certificate), "-keyout", str(certificate.with_suffix(".key"))]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return certificate
