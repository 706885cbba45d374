"""One process of the server: gunicorn's threaded worker, made patient and polite.

What it adds, each because a test on a real socket showed the need:

- Raw UTF-8 in a URL, as typed with curl, is percent-encoded before gunicorn's parser
  refuses it. Other bytes pass too, so that the application can say what is wrong.
- A request takes a thread only once its whole head has arrived, so slow clients wait in
  the event loop and cost no thread. Closing connections are drained there too.
- Whatever cannot be parsed is answered with the API's own error document.
- Connections spread evenly over the workers (``sharing``).
"""

from __future__ import annotations

import errno
import logging
import re
import signal
import socket
import struct
import sys
import time
from collections import deque
from functools import partial
from typing import Any, ClassVar

from gunicorn.http import errors
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker

from search_service import memory
from search_service.api import problems
from search_service.api.security import SECURITY_HEADERS
from search_service.config import Settings
from search_service.sharing import ConnectionCounts

_log = logging.getLogger("search_service.server")

MAX_HEADERS = 64 * 1024
"""Bytes of all headers of a request."""
_LINGER = 2.0
"""Seconds for which a closing connection is drained, so that the answer is not lost."""
_LINGER_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_MEBIBYTE = 1024 * 1024
_MEMORY_INTERVAL = 1.0
"""Seconds between looks at the memory that a worker takes."""
_YIELD = 0.001
"""Seconds for which a new connection is left to workers that hold fewer."""

_PATIENCE = 1.0
"""Seconds for which a connection may ask nothing although there is no room for others."""

_SWITCH = 0.0002
"""Seconds for which a thread may keep the interpreter while others wait for it. Python's
own 5 ms are waited a dozen times by a request beside one that computes for long."""
_NO_DESCRIPTOR = 0.05
"""Seconds to wait where a connection cannot be taken because too many files are open."""

_ENDING = (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT)
"""Signals that end a worker."""

_RAW = re.compile(rb"[\x80-\xff]")
_END_OF_HEAD = b"\r\n\r\n"


def hold_signals(_arbiter: Any, _worker: Any) -> None:
    """Let signals that end a process wait, in the master while it forks a worker.

    Until the new worker has handlers of its own, it has the master's, which only note a
    signal for a master that is not there: it would go on until it is killed.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)


def take_signals() -> None:
    """Take the signals that were held, in the master after it has forked and in the worker."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


class Utf8Request(Request):  # type: ignore[misc]
    """A request whose URL may hold raw bytes beyond ASCII."""

    max_url: ClassVar[int] = 16 * 1024

    def parse(self, unreader: Any) -> Any:
        """Read the head of the request."""
        self.max_buffer_headers = MAX_HEADERS
        return super().parse(unreader)

    def read_line(self, unreader: Any, buf: bytearray, _limit: int = 0) -> Any:
        """Read the request line, which may be longer than gunicorn's own limit."""
        return super().read_line(unreader, buf, self.max_url)

    def parse_request_line(self, line_bytes: bytes) -> None:
        """Parse the request line with everything beyond ASCII percent-encoded."""
        super().parse_request_line(_RAW.sub(lambda byte: b"%%%02X" % byte[0][0], line_bytes))

    def parse_headers(self, data: bytes, from_trailer: bool = False) -> Any:
        """Parse headers; HTTP/1.1 must name the host (RFC 9112, 3.2)."""
        headers = super().parse_headers(data, from_trailer)
        if (
            not from_trailer
            and self.version >= (1, 1)
            and not any(name == "HOST" for name, _ in headers)
        ):
            raise errors.InvalidHeader("HOST")
        return headers


class Connection(TConn):  # type: ignore[misc]
    """A client connection whose request head is being collected."""

    def __init__(self, worker: Worker, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(worker.cfg, sock, client, server)
        self.worker = worker
        self.head = bytearray()
        self.drained = 0

    def init(self) -> None:
        """Make the parser."""
        if not self.initialized:
            super().init()
            self.parser.mesg_class = Utf8Request

    def close(self, graceful: bool = False) -> None:
        """Close; gracefully means that the client may read the answer to its end first."""
        if graceful:
            self.worker.linger(self)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process that answers requests."""

    settings: ClassVar[Settings]
    counts: ClassVar[ConnectionCounts]
    pending_conns: deque[Connection]
    """Connections whose next head has not come yet."""
    _accepting = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.tmp.notify()  # counts from here, so that one that hangs while it starts is replaced
        self.lingering: deque[Connection] = deque()
        self._held = 0
        self._memory_checked = 0.0
        self._memory_limit = self.settings.worker_memory * _MEBIBYTE

    def init_process(self) -> None:
        """Load the application and answer requests until told to end."""
        sys.setswitchinterval(_SWITCH)
        memory.share_arenas()
        super().init_process()

    def init_signals(self) -> None:
        """Handle signals; one that came before is handled now."""
        super().init_signals()
        take_signals()

    @property
    def nr_conns(self) -> int:
        """Connections that this worker holds; the other workers see the number too."""
        return self._held

    @nr_conns.setter
    def nr_conns(self, count: int) -> None:
        self._held = count
        self._publish()

    def _publish(self) -> None:
        if self._accepting:
            self.counts.set(self.age, self._held)
        else:  # still starting, full or ending: nobody should leave a connection to it
            self.counts.free(self.age)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take new connections from now on, or no more."""
        super().set_accept_enabled(enabled)
        self._publish()
        _log.debug("accepting connections" if enabled else "not accepting connections")

    def notify(self) -> None:
        """Tell the master that this worker lives, unless it has grown too large to go on."""
        super().notify()
        now = time.monotonic()
        if self.nr_conns >= self.worker_connections and self.alive:
            self._make_room(now)
        if self._memory_limit and self.alive and now >= self._memory_checked + _MEMORY_INTERVAL:
            self._check_memory(first=not self._memory_checked)
            self._memory_checked = now

    def _check_memory(self, first: bool) -> None:
        held = memory.private()
        if held is None or held <= self._memory_limit:
            return
        details = {"mebibytes": held // _MEBIBYTE, "limit": self.settings.worker_memory}
        if first:  # it would be replaced for ever
            self._memory_limit = 0
            _log.warning("WORKER_MEMORY is less than a worker starts with: ignored", extra=details)
        else:
            _log.warning("worker is replaced: it has grown too large", extra=details)
            self.alive = False

    # --- connections, all on the main thread ---

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection, unless a worker that holds fewer is there to take it."""
        if self.counts.fewer_elsewhere(self.nr_conns):
            time.sleep(_YIELD)
        try:
            client, address = listener.accept()
        except OSError as error:  # gone again, or taken by another process
            if error.errno in (errno.EMFILE, errno.ENFILE):
                time.sleep(_NO_DESCRIPTOR)  # it stays acceptable: do not spin
            return
        timeout = struct.pack("@ll", max(int(self.settings.client_timeout), 1), 0)
        # Bounds every single read and write of a thread, also in blocking mode.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.nr_conns += 1
        self.enqueue_req(Connection(self, client, address, listener.getsockname()))

    def enqueue_req(self, conn: Connection) -> None:
        """Collect the head of the connection's next request, then give it to a thread."""
        if conn.parser is not None:
            conn.head += conn.parser.unreader.take_buffered()
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.settings.client_timeout
        if self._collect(conn):
            return
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, 1, partial(self._continue, conn))  # 1: EVENT_READ

    def _continue(self, conn: Connection, sock: socket.socket) -> None:
        if self._collect(conn):
            self.poller.unregister(sock)
            self.pending_conns.remove(conn)

    def _collect(self, conn: Connection) -> bool:
        """Read what has arrived; return whether the connection was passed on or closed."""
        limit = self.settings.max_url + MAX_HEADERS
        while not (_END_OF_HEAD in conn.head or len(conn.head) > limit):
            try:
                data = conn.sock.recv(_CHUNK)
            except BlockingIOError:
                return False
            except OSError:
                data = b""
            if not data:
                self.nr_conns -= 1
                conn.close()
                return True
            conn.head += data
        conn.sock.setblocking(True)
        conn.init()
        conn.parser.unreader.unread(bytes(conn.head))
        conn.head.clear()
        conn.data_ready = True
        super().enqueue_req(conn)
        return True

    def murder_pending(self) -> None:
        """Close connections whose head took too long, and end those that linger."""
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            conn = self.pending_conns.popleft()
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            if conn.head:
                self._refuse(conn.sock, 408, "the request did not arrive in time")
            conn.close()
        while self.lingering and self.lingering[0].timeout <= now:
            self._end(self.lingering[0])

    def _make_room(self, now: float) -> None:
        """Close the connection that has asked nothing for longest, so that others can ask.

        Without it as many connections as a worker holds, opened by anybody and left
        alone, would keep everybody else out.
        """
        for waiting, lasts, close in (
            (self.keepalived_conns, self.cfg.keepalive, self.murder_keepalived),
            (self.pending_conns, self.settings.client_timeout, self.murder_pending),
        ):
            if waiting and waiting[0].timeout - lasts + _PATIENCE <= now:
                waiting[0].timeout = now
                close()
                return

    def _cap_keepalive(self, deadline: float) -> None:
        """At shutdown, close by ``deadline`` the connections that wait for a next request."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            if not conn.head:
                conn.timeout = min(conn.timeout, deadline)
        self.pending_conns = deque(sorted(self.pending_conns, key=lambda conn: conn.timeout))

    def linger(self, conn: Connection) -> None:
        """Close our side, and read on until the client has closed its own."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, 1, partial(self._drain, conn))
        except (OSError, KeyError, ValueError):
            conn.close()
            return
        conn.timeout = time.monotonic() + _LINGER
        self.lingering.append(conn)

    def _drain(self, conn: Connection, sock: socket.socket) -> None:
        try:
            data = sock.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        conn.drained += len(data)
        if not data or conn.drained > _LINGER_BYTES:
            self._end(conn)

    def _end(self, conn: Connection) -> None:
        self.lingering.remove(conn)
        self.poller.unregister(conn.sock)
        conn.close()

    # --- requests, in threads ---

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer a request; one with a body ends its connection.

        A body that the application did not want need not be read to find the next request.
        """
        if any(name in ("CONTENT-LENGTH", "TRANSFER-ENCODING") for name, _ in req.headers):
            req.force_close()
        return super().handle_request(req, conn)

    def handle_error(self, _req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what could not be parsed with the API's error document."""
        status, detail = _refusal(exc)
        if status == 500:
            _log.error("request failed", exc_info=exc, extra={"client": _address(addr)})
        else:
            _log.info(
                "request refused",
                extra={"client": _address(addr), "status": status, "detail": detail},
            )
        self._refuse(client, status, detail)

    @staticmethod
    def _refuse(client: socket.socket, status: int, detail: str) -> None:
        code = problems.CODES[status][0]
        body = problems.body(problems.Description(status, detail, code), "")
        head = [
            f"HTTP/1.1 {status} {problems.phrase(status)}",
            f"Content-Type: {problems.MIMETYPE}",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            "Connection: close",
            "Cross-Origin-Resource-Policy: same-origin",
            *(f"{name}: {value}" for name, value in SECURITY_HEADERS.items()),
        ]
        try:
            client.sendall("\r\n".join([*head, "", ""]).encode() + body)
        except OSError:
            _log.debug("client left before it was refused")


def _refusal(exc: Exception) -> tuple[int, str]:
    """Return status and detail for what gunicorn's parser raised."""
    if isinstance(exc, errors.LimitRequestLine):
        return 414, f"the request line is longer than {Utf8Request.max_url} bytes"
    if isinstance(exc, errors.LimitRequestHeaders):
        return 431, f"the headers are larger than {MAX_HEADERS} bytes or more than 100"
    if isinstance(exc, errors.ParseException):
        return 400, f"the request is not valid HTTP/1.1: {str(exc)[:200]!a}"
    return 500, problems.CODES[500][1]


def _address(addr: Any) -> str:
    return str(addr[0]) if addr else ""
