"""The tables that detection looks things up in; README.md names their sources."""

from __future__ import annotations

from importlib.resources import files


def table(name: str) -> list[list[str]]:
    """The rows of the table ``name``, without its header."""
    text = files(__name__).joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    return [row.split("\t") for row in text.splitlines()[1:]]
