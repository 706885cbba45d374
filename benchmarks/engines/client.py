"""Starts an engine's worker and asks it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class EngineFailed(Exception):
    """The worker ended or could not be started."""


class EngineProcess:
    """The worker of one engine."""

    def __init__(self, name: str, directory: Path, command: list[str] | None = None) -> None:
        self.name = name
        self.directory = directory
        command = command or [sys.executable, "-m", "benchmarks.engines.worker", name]
        self._process = subprocess.Popen(
            [*command, str(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            encoding="utf-8",
        )

    def ask(self, op: str, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(json.dumps({"op": op, **request}), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise EngineFailed(f"{self.name} ended with status {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


def size_of(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def python_with(module: str) -> str | None:
    """Return an interpreter that can import ``module``."""
    for candidate in (sys.executable, "/usr/bin/python3", shutil.which("python3")):
        if candidate and Path(candidate).exists():
            test = subprocess.run(
                [candidate, "-c", f"import {module}"], capture_output=True, check=False
            )
            if test.returncode == 0:
                return candidate
    return None
