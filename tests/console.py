"""Runs the console examples of a Markdown file and compares what they print."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A command and what it should print; … stands for anything."""

    command: str
    expected: str

    def matches(self, printed: str) -> bool:
        pattern = re.escape(self.expected.strip()).replace("…", ".*")
        return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def examples(path: Path) -> Iterator[Example]:
    """Yield the examples of ``path`` in order."""
    for block in _BLOCK.findall(path.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            while command.endswith("\\"):
                more, _, expected = expected.partition("\n")
                command = f"{command[:-1]} {more.strip()}"
            yield Example(command, expected)


def run(command: str, replacing: Mapping[str, str], cwd: Path) -> str:
    """Run ``command`` in a shell and return what it prints on both outputs."""
    for old, new in replacing.items():
        command = command.replace(old, new)
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, cwd=cwd, timeout=60, check=False
    )
    return done.stdout + done.stderr
