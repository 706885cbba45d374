"""The results file: Markdown, one section a topic; a run replaces the sections it measured."""

from __future__ import annotations

import math
import os
import platform
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

_SECTION = re.compile(r"<!-- (\w+) -->\n(.*?)<!-- end -->\n", re.DOTALL)
_ORDER = ("queries", "build", "memory", "cold", "update", "growth", "http", "load", "opensearch")
_INTRODUCTION = """\
# This engine beside others

Written by `python -m benchmarks.engines`; each section says when. The machine is shared,
so compare the ratios of one section, not times of different runs.

"""


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]


def milliseconds(seconds: float) -> str:
    value = seconds * 1000
    return f"{value:.3f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write_section(path: Path, topic: str, title: str, body: str) -> None:
    """Replace the section of ``topic`` in the file at ``path``."""
    known = dict(_SECTION.findall(path.read_text("utf-8"))) if path.exists() else {}
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    run = (
        f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load average {load} at the end."
    )
    known[topic] = f"## {title}\n\n{run}\n\n{body.rstrip()}\n\n"
    sections = [f"<!-- {name} -->\n{known[name]}<!-- end -->\n" for name in _ORDER if name in known]
    path.write_text(_INTRODUCTION + "\n".join(sections), "utf-8")
