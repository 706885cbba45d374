"""Reading the rows of a corpus. Imports nothing outside the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    district: str
    year: int | None
    words: str
    """Separated by spaces."""
    folded: str
    own: str


def read_rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            district, year, words, folded, own = line.rstrip("\n").split("\t")
            yield Row(district, int(year) if year else None, words, folded, own)
