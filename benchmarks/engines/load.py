"""A load generator: one thread, many kept-alive connections.

``python -m benchmarks.engines.load HOST PORT CONNECTIONS SECONDS RATE`` reads the paths to
ask for from standard input and asks for them in turn. With a rate, requests are due at
fixed moments and latency counts from when they were due; without (0), every connection
asks again as soon as it has its answer. Writes JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Sequence
from itertools import cycle
from typing import Any

from benchmarks.engines.report import percentile


class _Connection:
    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self._missing = -1
        self._received = b""

    def send(self, path: str, due: float) -> None:
        self.due = due
        self._missing, self._received = -1, b""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def receive(self) -> bool:
        """Return whether the answer is complete."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise SystemExit("the server closed a connection")
        if self._missing < 0:
            self._received += data
            head, separator, body = self._received.partition(b"\r\n\r\n")
            if not separator:
                return False
            if b" 200 " not in head[:15]:
                raise SystemExit(f"the server answered {head[:200]!r}")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
            self._missing = int(length) - len(body)
        else:
            self._missing -= len(data)
        return self._missing == 0


def run(
    address: tuple[str, int], paths: Sequence[str], connections: int, seconds: float, rate: float
) -> dict[str, Any]:
    selector = selectors.DefaultSelector()
    idle = deque(_Connection(address) for _ in range(connections))
    for connection in idle:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    path = cycle(paths)
    latencies: list[float] = []
    started = time.perf_counter()
    due = started
    while (now := time.perf_counter()) < started + seconds:
        while idle and (not rate or due <= now):
            idle.popleft().send(next(path), due if rate else time.perf_counter())
            due += 1 / rate if rate else 0
        for key, _ in selector.select(max(0.0, due - time.perf_counter()) if rate else 1.0):
            if key.data.receive():
                latencies.append(time.perf_counter() - key.data.due)
                idle.append(key.data)
    elapsed = time.perf_counter() - started
    return {
        "rate": len(latencies) / elapsed,
        "p50": percentile(latencies, 0.5),
        "p99": percentile(latencies, 0.99),
    }


if __name__ == "__main__":
    host, port, connections, seconds, rate = sys.argv[1:]
    asked = sys.stdin.read().split("\n")
    print(json.dumps(run((host, int(port)), asked, int(connections), float(seconds), float(rate))))
