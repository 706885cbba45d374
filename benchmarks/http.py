"""What the HTTP layer costs, and what worst-case questions do to normal ones.

    python -m benchmarks.http INDEX [--seconds 10]

``INDEX`` is an index directory, e.g. of the seeds or of a large corpus. Measured, with two
worker processes and the load from one process of four threads:

1. an endpoint that returns a constant as large as the average search answer,
2. searches that all differ (no answer can come from the cache), and repeated ones,
3. normal searches alone, then beside four clients that send the worst questions known,
4. the memory of a worker while everything is exported.
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
from pathlib import Path
from urllib.parse import quote

from search_service import config, open_index

THREADS = 4

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
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def load(port: int, target: Callable[[random.Random], str], seconds: float) -> list[float]:
    """Ask from all threads for some time; return the latencies of 200s, sorted."""
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    def ask(seed: int) -> None:
        client, choice = Client(port), random.Random(seed)
        while (started := time.perf_counter()) < end:
            status, _ = client.get(target(choice))
            if status == 200:
                latencies.append(time.perf_counter() - started)
        client.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(latencies)


def shown(latencies: list[float], seconds: float) -> str:
    """Return throughput and percentiles for reading."""
    if not latencies:
        return "no answers"
    middle, late = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    rate = len(latencies) / seconds
    return f"{rate:7.0f} requests/s, median {middle * 1e3:6.2f} ms, p99 {late * 1e3:6.2f} ms"


def phrases(index: Path, count: int) -> list[str]:
    """Return texts of two to six characters that stand in the index."""
    choice = random.Random(0)
    service = open_index(index)
    sections = [hit.section.text for hit in service.search("", per_page=100).hits]
    texts = [text for text in sections if len(text) > 20]
    found = []
    while len(found) < count:
        text = choice.choice(texts)
        start = choice.randrange(len(text) - 6)
        found.append(text[start : start + choice.randint(2, 6)])
    service.close()
    return found


def search(q: str) -> str:
    """Return the address of a search."""
    return f"/api/v1/search?q={quote(q)}"


def serving(index: Path, seconds: float) -> int:
    """Measure searches; return the average size of an answer."""
    asked = phrases(index, 20_000)
    count = iter(range(1 << 60))
    with server([sys.executable, "-m", "search_service.cli", "serve", "--port", "0"], index) as (
        pid,
        port,
    ):
        client = Client(port)
        sizes = [client.get(search(q))[1] for q in asked[:200]]
        client.close()
        size = sum(sizes) // len(sizes)

        def different(_: random.Random) -> str:
            number = next(count)
            return search(asked[number % len(asked)]) + f"&page=1&per_page={10 - number % 3}"

        print("searches, all different: ", shown(load(port, different, seconds), seconds))
        repeated = load(port, lambda choice: search(choice.choice(asked[:50])), seconds)
        print("searches, repeated:      ", shown(repeated, seconds))
        alone = load(port, lambda choice: search(choice.choice(asked)), seconds)
        print("normal searches, alone:  ", shown(alone, seconds))
        stop = threading.Event()
        attackers = [threading.Thread(target=attack, args=(port, stop)) for _ in range(4)]
        for attacker in attackers:
            attacker.start()
        beside = load(port, lambda choice: search(choice.choice(asked)), seconds)
        stop.set()
        for attacker in attackers:
            attacker.join()
        print("beside worst questions:  ", shown(beside, seconds))
        exporting(pid, port)
    return size


def attack(port: int, stop: threading.Event) -> None:
    """Send the worst questions, one after another, until told to stop."""
    client = Client(port)
    while not stop.is_set():
        for q in WORST:
            client.get(f"{search(q)}&per_page=100&page={random.randint(1, 20)}")
    client.close()


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
    given = parser.parse_args()
    if given.constant:
        constant(given.constant)
        return
    size = serving(given.index, given.seconds)
    command = [sys.executable, "-m", "benchmarks.http", str(given.index), f"--constant={size}"]
    with server(command, given.index) as (_, port):
        latencies = load(port, lambda _: "/constant", given.seconds)
        print(f"constant of {size:6} bytes:", shown(latencies, given.seconds))


if __name__ == "__main__":
    main()
