"""HTTP throughput and whole-service latency; not measured yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.engines.adapter import Query


def http_section(index: Path, queries: Sequence[Query]) -> str:
    raise SystemExit(f"the server is not measured yet ({index}, {len(queries)} queries)")
