"""Every example of docs/clients.md runs and prints what it should."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.server import ROOT, Server
from tests.console import Example, examples, run

CLIENTS = ROOT / "docs" / "clients.md"
TEXT = CLIENTS.read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", list(examples(CLIENTS)), ids=lambda e: e.command[:50])
def test_curl(server: Server, example: Example) -> None:
    printed = run(example.command.replace("curl ", "curl -sS ", 1), {ADDRESS: server.url}, ROOT)
    assert example.matches(printed.replace("ETag", "etag")), printed


@pytest.mark.parametrize("program", blocks("python"))
def test_python(server: Server, tmp_path: Path, program: str) -> None:
    script = tmp_path / "example.py"
    script.write_text(program.replace(ADDRESS, server.url), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", str(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "酉阳" in done.stdout or "youyang" in done.stdout


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize("program", blocks("javascript"))
def test_javascript(server: Server, tmp_path: Path, program: str) -> None:
    script = tmp_path / "example.mjs"
    script.write_text(program.replace(ADDRESS, server.url), encoding="utf-8")
    done = subprocess.run(
        ["node", str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "南岸区" in done.stdout
    assert "<mark>枫桥经验</mark>" in done.stdout


def test_excel_reads_the_export(server: Server) -> None:
    address = blocks("text")[0].strip().replace(ADDRESS, "")
    answer = server.target(address.encode())
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    assert rows
    assert all(
        "行政复议" in row["heading"] + row["text"] for row in rows if row["match"] == "literal"
    )


def test_power_query_names_fields_that_exist(server: Server) -> None:
    program = blocks("text")[1]
    path = re.search(r'RelativePath = "([^"]+)"', program)
    query = re.search(r'q = "([^"]+)"', program)
    assert path is not None
    assert query is not None
    rows = server.json(f"/{path[1]}", q=query[1])["rows"]
    assert {"year", "per_10000"} <= set(rows[0])
