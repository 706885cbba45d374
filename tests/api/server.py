"""A real server process on a free loopback port, for tests that matter over HTTP."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

STARTING = 30.0
"""Seconds that a server may take until it says where it listens."""
STOPPING = 45.0
"""Seconds that it may take to end: more than it gives its own workers (SHUTDOWN_TIMEOUT)."""

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A running server and what it has written."""

    process: subprocess.Popen[str]
    url: str
    lines: list[str]
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.url + path, timeout=20, **options)

    def json(self, path: str, **params: Any) -> Any:
        response = self.get(path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    def raw(self, data: bytes, timeout: float = 10.0) -> bytes:
        """Send bytes as they are and return everything that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as client:
            client.sendall(data)
            received = b""
            while chunk := client.recv(65536):
                received += chunk
            return received

    def target(self, target: bytes, method: bytes = b"GET", headers: bytes = b"") -> Answer:
        """Ask for a raw request target."""
        head = method + b" " + target + b" HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        return Answer.of(self.raw(head + headers + b"\r\n"))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, received: bytes) -> Answer:
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            body = _unchunked(body)
        return cls(int(first.split()[1]), headers, body)

    def json(self) -> Any:
        return json.loads(self.body)


def _unchunked(body: bytes) -> bytes:
    pieces = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        pieces.append(rest[:length])
        body = rest[length + 2 :]
    return b"".join(pieces)


@contextmanager
def running(index: Path, **environment: str) -> Iterator[Server]:
    """Serve ``index`` until the block ends; the server must then end cleanly."""
    settings = {f"SEARCH_SERVICE_{name.upper()}": value for name, value in environment.items()}
    base = {k: v for k, v in os.environ.items() if not k.startswith("SEARCH_SERVICE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "search_service.cli", "serve", "--port", "0"],
        env={**base, "SEARCH_SERVICE_INDEX_DIR": str(index), **settings},
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,  # a group of its own, see below
    )
    lines: list[str] = []
    found: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, lines, found), daemon=True)
    reader.start()
    try:
        url = found.get(timeout=STARTING)
        assert url is not None, "the server ended:\n" + "".join(lines)
        server = Server(process, url, lines)
        try:
            yield server
        finally:
            server.session.close()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPPING)
        finally:
            with suppress(ProcessLookupError):  # nothing may outlive the test, stopped or not
                os.killpg(process.pid, signal.SIGKILL)
            reader.join(STOPPING)
            assert process.stderr is not None
            process.stderr.close()
            process.wait()


def _read(process: subprocess.Popen[str], lines: list[str], found: queue.Queue[str | None]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        lines.append(line)
        match = re.match(r"serving (http://\S+)/ ", line)
        if match:
            found.put(match[1])
    found.put(None)
