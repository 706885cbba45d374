"""The README's examples print what they say, and its commands exist."""

from __future__ import annotations

import pytest

from tests.api.server import ROOT, Server
from tests.console import Example, examples, run

README = ROOT / "README.md"


@pytest.mark.parametrize("example", list(examples(README)), ids=lambda e: e.command[:60])
def test_examples_print_what_the_readme_says(server: Server, example: Example) -> None:
    command = example.command.replace("curl ", "curl -sS ", 1)
    printed = run(command, {"http://127.0.0.1:8000": server.url}, ROOT)
    assert example.matches(printed), printed


def test_readme_has_both_one_line_commands() -> None:
    lines = [
        line
        for line in README.read_text(encoding="utf-8").splitlines()
        if "-m venv .venv &&" in line
    ]
    assert len(lines) == 2
    assert lines[0].endswith("search-service serve")
    assert lines[1].endswith("pytest -q")
