"""The server as a process: slow clients, signals, lost workers, changing indexes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from search_service import build_index
from tests.api.conftest import settings_for
from tests.api.server import ROOT, Server, running

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def one(index: Path) -> Iterator[Server]:
    """A server with one worker of two threads, so that little is needed to block it."""
    with running(index, workers="1", threads="2", client_timeout="2", log_format="json") as server:
        yield server


def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Ask ``condition`` until it holds; return whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def failure(server: Server) -> list[str]:
    """Search once; return what went wrong, if anything."""
    try:
        status = server.target(b"/api/v1/search?q=1").status
    except OSError as error:
        return [repr(error)]
    return [] if status == 200 else [str(status)]


def serves(server: Server, generation: str, times: int = 1) -> bool:
    """Search on new connections; return whether ``generation`` answers each time."""
    answers = [server.target(b"/api/v1/search?q=%E6%B3%95") for _ in range(times)]
    assert {answer.status for answer in answers} == {200}
    return all(answer.json()["index"]["generation"] == generation for answer in answers)


def workers(server: Server) -> set[int]:
    """Return the ids of the server's worker processes."""
    done = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = (line.split() for line in done.stdout.splitlines())
    return {int(pid) for pid, parent in pairs if int(parent) == server.process.pid}


def held_by(pid: int, port: int) -> int:
    """Return how many established connections to ``port`` a process holds."""
    inodes = set()
    for row in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_, inode = row.split()[:10]
        if int(local.rpartition(":")[2], 16) == port and state == "01":
            inodes.add(f"socket:[{inode}]")
    return sum(
        os.readlink(descriptor) in inodes for descriptor in Path(f"/proc/{pid}/fd").iterdir()
    )


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize("host", ["::", "::0"])
def test_all_addresses_are_those_of_ipv4_too(index: Path, host: str) -> None:
    with running(index, host=host) as server:
        assert server.target(b"/healthz").status == 200
        with socket.create_connection(("::1", server.port), timeout=10) as client:
            client.sendall(HEAD)
            assert client.recv(12) == b"HTTP/1.1 200"


def test_connections_that_arrive_together_spread_over_the_workers(index: Path) -> None:
    with running(index, workers="3", log_level="debug") as server, ExitStack() as stack:
        accepting = '"accepting connections"'
        assert until(lambda: sum(accepting in line for line in server.lines) == 3)
        for _ in range(30):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 20))
            client.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
        shares = [held_by(pid, server.port) for pid in workers(server)]
    assert sum(shares) == 30
    assert min(shares) >= 8, shares


def test_slow_heads_cost_no_thread_and_end_with_408(one: Server) -> None:
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", one.port), timeout=20))
            for _ in range(50)
        ]
        for client in slow:
            client.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        started = time.monotonic()
        assert one.target(b"/healthz").status == 200
        assert time.monotonic() - started < 1
        answers = [client.recv(4096) for client in slow]
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)
    assert b"application/problem+json" in answers[0]


def test_bytes_that_trickle_make_a_request(one: Server) -> None:
    with socket.create_connection(("127.0.0.1", one.port), timeout=20) as client:
        for n in range(0, len(HEAD), 7):
            client.sendall(HEAD[n : n + 7])
            time.sleep(0.01)
        received = client.recv(65536)
    assert received.startswith(b"HTTP/1.1 200 ")


def test_pipelined_requests_are_answered_in_order(one: Server) -> None:
    request = b"GET /api/v1/documents/%s HTTP/1.1\r\nHost: x\r\n\r\n"
    answers = one.raw(request % b"nanan-2023" + request % b"none" + HEAD)
    first, second, third = (answers.find(mark) for mark in (b'"nanan-2023/0"', b" 404 ", b'"ok"'))
    assert -1 < first < second < third


def test_bodies_that_never_come_block_nobody(one: Server) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", one.port)))
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        started = time.monotonic()
        assert one.target(b"/healthz").status == 200
        assert time.monotonic() - started < 1


def test_readers_that_stop_reading_are_let_go(one: Server) -> None:
    with socket.create_connection(("127.0.0.1", one.port)) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(200):
            client.sendall(b"GET /api/v1/export?format=jsonl HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(5):
            assert one.target(b"/healthz").status == 200
    assert until(lambda: one.target(b"/healthz").status == 200)


def test_sigterm_finishes_what_runs_and_ends(index: Path) -> None:
    with running(index, workers="1") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
            client.sendall(b"GET /api/v1/export?format=jsonl HTTP/1.1\r\nHost: x\r\n\r\n")
            received = client.recv(1000)
            server.process.send_signal(signal.SIGTERM)
            while chunk := client.recv(65536):
                received += chunk
        assert received.startswith(b"HTTP/1.1 200 ")
        assert received.endswith(b"0\r\n\r\n")
        assert received.count(b'\n{"id":') == 74
        assert server.process.wait(20) == 0


def test_clients_that_ask_nothing_do_not_hold_up_the_end(index: Path) -> None:
    patient = {"client_timeout": "300", "shutdown_timeout": "300", "workers": "1"}
    with ExitStack() as clients, running(index, **patient) as server:
        for sent in (b"", HEAD.replace(b"close", b"keep-alive")):
            client = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            clients.enter_context(client)
            client.sendall(sent)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        # Leaving the block ends the server, which must not take until a timeout above.


def test_sighup_replaces_workers_without_refusing(index: Path) -> None:
    with running(index, workers="2") as server:
        assert until(lambda: len(workers(server)) == 2)
        before = workers(server)
        failures: list[str] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                failures.extend(failure(server))

        asking = threading.Thread(target=ask)
        asking.start()
        server.process.send_signal(signal.SIGHUP)
        replaced = until(lambda: len(workers(server)) == 2 and not workers(server) & before)
        stop.set()
        asking.join(20)
        assert replaced
        assert failures == []


def test_a_killed_worker_is_replaced(one: Server) -> None:
    assert until(lambda: len(workers(one)) == 1)
    (victim,) = workers(one)
    os.kill(victim, signal.SIGKILL)
    assert until(lambda: bool(workers(one)) and victim not in workers(one))
    assert one.target(b"/readyz").status == 200


def test_the_server_follows_a_rebuilt_index_without_failing(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "index")
    seeds = sorted((ROOT / "seeds").glob("*.txt"))
    build_index(seeds[:2], settings=settings)
    with running(tmp_path / "index", workers="2") as server:
        for turn in range(6):
            built = build_index(seeds[: 2 + turn % 4], settings=settings, rebuild=True)
            newest = built.info.generation
            # Each of the two workers follows in its own time; then neither goes back.
            assert until(partial(serves, server, newest))
            assert until(partial(serves, server, newest, times=10))


def test_serve_builds_a_missing_index_first(tmp_path: Path) -> None:
    with running(tmp_path / "index", sources=str(ROOT / "seeds")) as server:
        assert server.json("/readyz")["index"]["documents"] == 5
    assert any("5 read" in line for line in server.lines)


def test_a_port_in_use_is_one_line(index: Path, one: Server) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "search_service.cli", "serve", "--port", str(one.port)],
        env={**os.environ, "SEARCH_SERVICE_INDEX_DIR": str(index)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "--port" in done.stderr
