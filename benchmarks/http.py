"""What the HTTP layer costs, and what worst-case questions do to normal ones.

    python -m benchmarks.http INDEX [--seconds 10]

``INDEX`` is an index directory, e.g. of the seeds or of a large corpus. Measured, with two
worker processes:

1. searches that all differ (no answer can come from the cache), repeated ones, and an
   endpoint that returns a constant as large as the average answer, each from four
   clients that ask one question after another,
2. normal searches, as many a second as half of what was reached in 1, alone, then beside 50
   clients that ask one of the worst questions known each, all at the same moment, then beside
   a client that asks them one after another, without end; the cache is off,
3. the memory of a worker while everything is exported.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from search_service import config, open_index

THREADS = 4
"""Clients that ask one question after another."""
CONNECTIONS = 16
"""Clients of a load that does not wait for answers."""
_STARTING = 4
"""Seconds until all workers accept connections."""
SERVE = [sys.executable, "-m", "search_service.cli", "serve", "--port", "0"]

WORST = [
    " OR ".join("的一是在不了有和人这中大为上个国我以要"[:16]),
    " ".join("法政府行建设治和管理工作"),
    "“的”",
    "的",
    "，",
    "一",
    "“" + "法治" * 100 + "”",
    "法治" * 120,
    "(" * 100 + "法 治" + ")" * 100,
    "-的",
    "-的 -一 -是",
    "2023 年 法治 政府 建设 情况 报告 OR 行政 复议 OR 依法",
    "什么是法治政府建设的主要举措和成效以及存在的问题和下一步的工作安排呢？",
    "a" * 256,
    "１２３４５６７８９０" * 20,
]


class Client:
    """One connection that asks and reads whole answers."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.file = self.socket.makefile("rb")

    def get(self, target: str) -> tuple[int, int]:
        """Return the status and the size of the body."""
        self.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline().lower()) not in (b"\r\n", b""):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.file.read(length)
        return status, length

    def close(self) -> None:
        """End the connection."""
        self.file.close()
        self.socket.close()


@contextmanager
def server(command: list[str], index: Path) -> Iterator[tuple[int, int]]:
    """Run a server; yield its process id and port."""
    environment = {**os.environ, "SEARCH_SERVICE_INDEX_DIR": str(index)}
    environment |= {"SEARCH_SERVICE_LOG_LEVEL": "error", "SEARCH_SERVICE_WORKERS": "2"}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if line.startswith("serving "):
                break
        port = int(line.split("/")[2].rpartition(":")[2])
        # The address is open when the first worker may still be starting: all connections
        # made now would go to one of them, and stay there.
        time.sleep(_STARTING)
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def load(port: int, target: Callable[[], str], seconds: float) -> list[float]:
    """Ask from all threads for some time; return the latencies of 200s, sorted."""
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    def ask() -> None:
        client = Client(port)
        while (started := time.perf_counter()) < end:
            status, _ = client.get(target())
            if status == 200:
                latencies.append(time.perf_counter() - started)
        client.close()

    in_threads(ask, THREADS)
    return sorted(latencies)


def paced(port: int, target: Callable[[], str], seconds: float, rate: float) -> list[float]:
    """Ask ``rate`` times a second, whatever the answers take; return what they took, sorted.

    It counts from when a request was due, so that waiting for a connection counts too.
    """
    latencies: list[float] = []
    started = time.perf_counter()
    due = iter(started + n / rate for n in range(int(seconds * rate)))
    guard = threading.Lock()

    def ask() -> None:
        client = Client(port)
        while True:
            with guard:
                at = next(due, None)
            if at is None:
                break
            time.sleep(max(at - time.perf_counter(), 0))
            client.get(target())
            latencies.append(time.perf_counter() - at)
        client.close()

    in_threads(ask, CONNECTIONS)
    return sorted(latencies)


def in_threads(work: Callable[[], None], count: int) -> None:
    """Do ``work`` in so many threads at once."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def shown(latencies: list[float], seconds: float) -> str:
    """Return throughput and percentiles for reading."""
    if not latencies:
        return "no answers"
    middle, late = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    rate = len(latencies) / seconds
    return f"{rate:7.0f} requests/s, median {middle * 1e3:6.2f} ms, p99 {late * 1e3:6.2f} ms"


def phrases(index: Path, count: int) -> list[str]:
    """Return texts of two to six characters from all over the index."""
    choice = random.Random(0)
    service = open_index(index)
    documents: list[str] = []
    for page in range(1, 101):
        _, found = service.documents(page=page, per_page=100)
        documents.extend(document.id for document in found)
        if len(found) < 100:
            break
    chosen = choice.sample(documents, min(len(documents), 500))
    sections = (section for name in chosen for section in service.report(name).sections)
    texts = [section.text for section in sections if len(section.text) > 20]
    service.close()
    phrases = []
    while len(phrases) < count:
        text = choice.choice(texts)
        start = choice.randrange(len(text) - 6)
        phrases.append(text[start : start + choice.randint(2, 6)])
    return phrases


def search(q: str) -> str:
    """Return the address of a search."""
    return f"/api/v1/search?q={quote(q)}"


def serving(index: Path, asked: list[str], seconds: float) -> tuple[int, float]:
    """Measure searches; return the average size of an answer and how many came a second."""
    different = cycle(asked)
    with server(SERVE, index) as (pid, port):
        client = Client(port)
        sizes = [client.get(search(q))[1] for q in asked[-200:]]
        client.close()
        latencies = load(port, lambda: search(next(different)), seconds)
        print("searches, all different: ", shown(latencies, seconds))
        repeated = load(port, lambda: search(random.choice(asked[:50])), seconds)
        print("searches, repeated:      ", shown(repeated, seconds))
        exporting(pid, port)
    return sum(sizes) // len(sizes), len(latencies) / seconds


def beside(index: Path, asked: list[str], seconds: float, rate: float) -> None:
    """Measure normal searches alone and beside the worst questions."""
    different = cycle(asked)
    os.environ["SEARCH_SERVICE_CACHE_SIZE"] = "0"
    with server(SERVE, index) as (_, port):

        def normal() -> list[float]:
            return paced(port, lambda: search(next(different)), seconds, rate)

        normal()  # once for everything that is decoded when first needed
        print("normal searches, alone:  ", shown(normal(), seconds))
        for kind, name in (("once", "50 worst at once:"), ("on", "worst without end:")):
            command = [sys.executable, "-m", "benchmarks.http", str(index), f"--attack-{kind}"]
            attacker = subprocess.Popen([*command, str(port)], stdout=subprocess.PIPE)
            assert attacker.stdout is not None
            attacker.stdout.readline()  # its start takes a processor for seconds
            print(f"beside {name:18}", shown(normal(), seconds))
            attacker.kill()
            count = attacker.stdout.read().count(b"\n")
            attacker.wait()
            print(f"worst questions answered: {count:7}")
    del os.environ["SEARCH_SERVICE_CACHE_SIZE"]


def worst() -> list[str]:
    """Return addresses that ask for as much work as one may."""
    pages = ((100, 1), (100, 20), (10, 1), (100, 7))
    return [
        f"{search(q)}&per_page={per_page}&page={page}" for per_page, page in pages for q in WORST
    ]


def attack(port: int) -> None:
    """Ask the worst questions, one after another, until stopped; print a line for each."""
    client = Client(port)
    print("ready", flush=True)
    for target in cycle(worst()):
        client.get(target)
        print("answered", flush=True)


def attack_at_once(port: int) -> None:
    """Ask 50 of the worst questions at the same moment, a second after saying "ready"."""
    clients = [Client(port) for _ in range(50)]
    targets = iter(worst())
    for client in clients:
        client.get("/healthz")
    print("ready", flush=True)
    time.sleep(1)
    waiting = iter(clients)

    def ask() -> None:
        target = next(targets)
        next(waiting).get(target)
        print("answered", flush=True)

    in_threads(ask, len(clients))


def exporting(pid: int, port: int) -> None:
    """Print how much memory the workers take while everything is exported."""
    before = memory(pid)
    url = f"http://127.0.0.1:{port}/api/v1/export?format=jsonl"
    started = time.perf_counter()
    reader = subprocess.Popen(["curl", "-sS", url], stdout=subprocess.PIPE)
    assert reader.stdout is not None
    lines = most = 0
    for lines, _ in enumerate(reader.stdout, 1):
        if lines % 5000 == 0:
            most = max(most, memory(pid))
    seconds = time.perf_counter() - started
    most = max(most, memory(pid))
    print(
        f"export: {lines} sections in {seconds:.1f} s, workers {before // 1024} MiB before, "
        f"at most {most // 1024} MiB"
    )


def memory(parent: int) -> int:
    """Return the resident KiB of all children of ``parent``."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "ppid=,rss="], capture_output=True, text=True, check=True
    )
    rows = (line.split() for line in listed.stdout.splitlines())
    return sum(int(size) for owner, size in rows if int(owner) == parent)


def constant(size: int) -> None:
    """Serve an answer of ``size`` bytes from the same server, until stopped."""
    from flask import Flask, Response  # noqa: PLC0415 - only in the server process

    from search_service import server as production  # noqa: PLC0415

    class Application(production._Application):
        def load(self) -> Flask:
            app = Flask("constant")
            body = json.dumps("法" * (size // 6)).encode()
            app.add_url_rule(
                "/constant", view_func=lambda: Response(body, content_type="application/json")
            )
            return app

    production._Application = Application  # type: ignore[misc]
    settings = config.load(options={"port": "0"})
    production.serve(settings, lambda url: print(f"serving {url}/", file=sys.stderr, flush=True))


def main() -> None:
    """Run the measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--constant", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--attack-on", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--attack-once", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.constant:
        constant(given.constant)
        return
    if given.attack_on:
        attack(given.attack_on)
        return
    if given.attack_once:
        attack_at_once(given.attack_once)
        return
    asked = phrases(given.index, 20_000)
    size, rate = serving(given.index, asked, given.seconds)
    beside(given.index, asked, given.seconds, rate / 2)
    command = [sys.executable, "-m", "benchmarks.http", str(given.index), f"--constant={size}"]
    with server(command, given.index) as (_, port):
        latencies = load(port, lambda: "/constant", given.seconds)
        print(f"constant of {size:6} bytes:", shown(latencies, given.seconds))


if __name__ == "__main__":
    main()
