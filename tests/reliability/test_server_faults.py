"""The server process while workers are lost, grow or hang, and while the disk is full."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

from search_service import build_index
from tests.api.conftest import settings_for
from tests.api.server import ROOT, Server, running
from tests.api.test_server import until, workers

CLIENTS = 4
HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
KEY = "key-of-the-fault-tests"
QUERIES = [
    "枫桥经验",
    "行政复议",
    "法治政府",
    "南岸区 调解",
    "行政执法 监督",
    "“放管服”改革",
    "培训",
]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    place = tmp_path / "index"
    build_index([ROOT / "seeds"], settings=settings_for(place))
    return place


class Load:
    """Clients that ask one question after another on connections of their own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answered = 0
        self.seconds: list[float] = []
        """How long each request took."""
        self.failures: list[str] = []
        """Requests that were not answered with 200 at once."""
        self.lost: list[str] = []
        """Those of them that were not answered when asked once more, either."""
        self._stop = threading.Event()
        self._number = count()
        self._guard = threading.Lock()

    @contextmanager
    def running(self) -> Iterator[Load]:
        threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(60)

    def more(self, requests: int) -> bool:
        """Wait until so many more requests have been answered."""
        wanted = self.answered + requests
        return until(lambda: self.answered >= wanted, 60)

    def _ask(self) -> None:
        client: socket.socket | None = None
        while not self._stop.is_set():
            number = next(self._number)
            q = quote(QUERIES[number % len(QUERIES)])
            target = f"/api/v1/search?q={q}&per_page={number % 90 + 1}"
            started = time.perf_counter()
            client, problem = self._asked(client, target)
            seconds = time.perf_counter() - started
            if problem:
                client, again = self._asked(None, target)
                with self._guard:
                    self.failures.append(problem)
                    self.lost.extend([again] if again else [])
            with self._guard:
                self.answered += 1
                self.seconds.append(seconds)
        if client is not None:
            client.close()

    def _asked(self, client: socket.socket | None, target: str) -> tuple[socket.socket | None, str]:
        """Ask; return the connection for the next request, and what went wrong."""
        try:
            client = client or socket.create_connection(("127.0.0.1", self.port), 30)
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            received = b""
            while b"\r\n\r\n" not in received:
                received += _some(client)
            head, _, body = received.partition(b"\r\n\r\n")
            fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
            while len(body) < int(fields[b"content-length"]):
                body += _some(client)
        except OSError as error:
            if client is not None:
                client.close()
            return None, repr(error)
        if fields.get(b"connection") == b"close":
            client.close()
            client = None
        status = head.split()[1].decode()
        return client, "" if status == "200" else f"{status} {body[:200]!r}"


def _some(client: socket.socket) -> bytes:
    data = client.recv(65536)
    if not data:
        raise ConnectionResetError("the connection ended within an answer, or before it")
    return data


def test_killed_workers_cost_only_what_they_were_answering(index: Path, long_form: bool) -> None:
    kills = 60 if long_form else 5
    with running(index, workers="2") as server, Load(server.port).running() as load:
        assert until(lambda: len(workers(server)) == 2)
        for _ in range(kills):
            assert load.more(200)
            if long_form:
                time.sleep(5)
            victim = min(workers(server))
            os.kill(victim, signal.SIGKILL)
            assert until(lambda victim=victim: len(workers(server) - {victim}) == 2)  # type: ignore[misc]
        assert load.more(200)
    print(f"{load.answered} requests, {kills} kills, {len(load.failures)} failed once")
    assert len(load.failures) <= CLIENTS * kills
    assert load.lost == []


def test_a_worker_that_hangs_is_replaced_and_the_others_answer(index: Path) -> None:
    options = {"workers": "2", "worker_timeout": "5", "log_level": "debug"}
    with running(index, **options) as server:
        accepting = '"accepting connections"'
        assert until(lambda: sum(accepting in line for line in server.lines) == 2)
        victim = min(workers(server))
        os.kill(victim, signal.SIGSTOP)
        for _ in range(50):  # each on a connection of its own
            assert server.target(b"/api/v1/search?q=1").status == 200
        assert until(lambda: len(workers(server)) == 2 and victim not in workers(server), 60)
        assert server.target(b"/readyz").status == 200


def private(pid: int) -> int:
    """Return the MiB that a process has for itself."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) // 1024


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="Linux shows it")
def test_a_worker_that_has_just_begun_hears_that_it_is_to_end(index: Path) -> None:
    with running(index, workers="1") as server:
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        for _ in range(4):
            known = set(children.read_text().split())
            for pid in known:
                os.kill(int(pid), signal.SIGKILL)
            assert until(lambda: bool(set(children.read_text().split()) - known))  # noqa: B023
            (begun,) = set(children.read_text().split()) - known
            os.kill(int(begun), signal.SIGTERM)
            assert until(lambda: begun not in children.read_text().split(), 10)  # noqa: B023
        assert until(lambda: server.target(b"/readyz").status == 200)


def test_a_worker_that_grows_too_large_is_replaced_without_a_failed_request(index: Path) -> None:
    with running(index, workers="2") as server:
        assert until(lambda: len(workers(server)) == 2)
        server.json("/api/v1/search", q="1")
        usual = max(map(private, workers(server)))
    limits = {"worker_memory": str(usual + 10), "cache_size": str(1 << 30)}
    with running(index, workers="2", **limits) as server, Load(server.port).running() as load:
        assert until(lambda: len(workers(server)) == 2)
        first = workers(server)
        grown = count()

        def replaced() -> bool:  # answers that all differ are all kept
            server.get(
                f"/api/v1/search?q=&per_page=100&document=none{next(grown)}&document=nanan-2023"
            )
            return len(workers(server) - first) >= 2

        assert until(replaced, 60)
    assert load.failures == []
    assert load.answered > 0


def test_a_limit_that_no_worker_can_keep_is_ignored(index: Path) -> None:
    with running(index, workers="1", worker_memory="1") as server:
        assert until(lambda: any("WORKER_MEMORY" in line for line in server.lines))
        assert server.target(b"/readyz").status == 200
        (worker,) = workers(server)
        assert workers(server) == {worker}


FULL_DISK = """
import pathlib, subprocess, sys
import requests
from search_service import build_index
from tests.api.conftest import settings_for
from tests.api.server import ROOT, running
disk = pathlib.Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", disk], check=True)
place = disk / "index"
build_index([ROOT / "seeds"], settings=settings_for(place))
document = {"title": "报告", "district": "南岸区", "year": 2022, "text": "枫桥经验。"}
with running(place, workers="2", admin_key="%(key)s") as server:
    def put(name):
        return server.session.put(server.url + "/api/v1/documents/" + name, json=document,
                                  headers={"Authorization": "Bearer %(key)s"}, timeout=30)
    def found():
        answer = server.json("/api/v1/search", q="枫桥经验", document="new")
        return answer["total"]
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    refused = put("new")
    assert refused.status_code == 507, refused.text
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert "Retry-After" in refused.headers
    assert refused.json()["code"] == "storage_full"
    assert str(disk) not in refused.text, refused.text
    assert server.json("/api/v1/search", q="枫桥经验")["total"] > 0
    assert found() == 0
    ballast.unlink()
    assert put("new").status_code == 201
    assert found() == 1
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    refused = put("later")
    assert refused.status_code == 503, refused.text
    assert refused.json()["code"] == "storage_failed"
    assert str(disk) not in refused.text
    assert found() == 1
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert put("later").status_code == 201
print("passed")
"""


def test_a_full_and_a_read_only_disk_over_http(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    mount = ["mount", "-t", "tmpfs", "none", str(tmp_path)]
    if (
        unshare is None
        or subprocess.run([unshare, "-rm", *mount], check=False, capture_output=True).returncode
    ):
        pytest.skip("mounting a small tmpfs is not allowed here")
    done = subprocess.run(
        [unshare, "-rm", sys.executable, "-c", FULL_DISK % {"key": KEY}, tmp_path],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout == "passed\n", done.stderr


def put(server: Server, name: str, year: int) -> int:
    document = {
        "title": f"重庆市南岸区{year}年报告",
        "district": "南岸区",
        "year": year,
        "text": "枫桥经验。",
    }
    answer = server.session.put(
        f"{server.url}/api/v1/documents/{name}",
        json=document,
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=60,
    )
    return answer.status_code


def test_too_many_open_files_refuse_a_write_and_nothing_else(index: Path) -> None:
    with running(index, workers="1", admin_key=KEY) as server:
        assert server.target(b"/readyz").status == 200
        (worker,) = workers(server)
        held = len(list(Path(f"/proc/{worker}/fd").iterdir()))
        server.session.get(server.url + "/healthz", timeout=20)  # its connection stays
        before = resource.prlimit(worker, resource.RLIMIT_NOFILE)
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (held + 1, before[1]))
        assert put(server, "new", 2022) == 503
        assert server.session.get(server.url + "/api/v1/search?q=1", timeout=20).status_code == 200
        resource.prlimit(worker, resource.RLIMIT_NOFILE, before)
        assert put(server, "new", 2022) == 201


IDLE = 1_100
"""Connections, more than one worker holds (``server._CONNECTIONS``)."""


@pytest.mark.parametrize("begin", [b"", b"GET / HTTP/1.1\r\n", HEAD])
def test_connections_that_ask_nothing_keep_nobody_out(index: Path, begin: bytes) -> None:
    """Few open files are allowed at first, as on most systems; the server asks for more."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= allowed[1] < 4 * IDLE:
        pytest.skip("too few open files are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, allowed[1]))
    try:
        with running(index, workers="1", client_timeout="60") as server, ExitStack() as stack:
            resource.setrlimit(resource.RLIMIT_NOFILE, (4 * IDLE, allowed[1]))
            for _ in range(IDLE):
                client = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
                client.sendall(begin)
            for _ in range(3):
                started = time.monotonic()
                assert server.target(b"/api/v1/search?q=1").status == 200
                assert time.monotonic() - started < 8
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, allowed)


def rebuild(index: Path) -> None:
    """Rebuild in a process of its own, as an operator does."""
    command = ["index", str(ROOT / "seeds"), "--rebuild", "--index-dir", str(index)]
    subprocess.run(
        [sys.executable, "-m", "search_service.cli", *command],
        check=True,
        cwd=ROOT,
        capture_output=True,
    )


def p99(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) * 99 // 100]


def test_searches_never_fail_while_documents_change_and_rebuilds_swap_in(
    index: Path, long_form: bool
) -> None:
    """In the long form a document is replaced every second for minutes, and latency counts."""
    with running(index, workers="2", admin_key=KEY) as server, Load(server.port).running() as load:
        assert load.more(10_000 if long_form else 100)
        idle = list(load.seconds)
        for turn in range(240 if long_form else 8):
            assert put(server, f"d{turn % 4}", 2000 + turn % 20) in (200, 201)
            if turn % 10 == 5:
                rebuild(index)
            if long_form:
                time.sleep(1)
            assert load.more(50)
        busy = load.seconds[len(idle) :]
    print(
        f"{load.answered} requests, {len(load.failures)} failed; p99 {p99(idle) * 1000:.1f} ms "
        f"before, {p99(busy) * 1000:.1f} ms while the index changed"
    )
    assert load.failures == []
    if long_form:
        assert load.answered >= 20_000
        assert p99(busy) <= 2 * p99(idle)
