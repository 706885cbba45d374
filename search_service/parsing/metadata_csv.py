"""What ``metadata.csv`` says about the files beside it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from search_service.errors import SourceRefused
from search_service.parsing.limits import MAX_FILE_BYTES
from search_service.parsing.readers.text import decode
from search_service.parsing.report import checked_overrides

NAME = "metadata.csv"
COLUMNS = ("file", "title", "district", "town", "issuer", "year", "date", "number", "url")
JSON_LINES = (".jsonl", ".jsonl.gz")
NOTHING = "-"
"""A cell that says there is none, where an empty one leaves detection alone."""
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
"""A day as spreadsheets save it, such as 2023/1/8, whatever was typed."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Overrides by file, and what is wrong with the table."""

    rows: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    refused: tuple[SourceRefused, ...] = ()

    def get(self, relative: str) -> Mapping[str, object] | None:
        """The overrides of a file, by its path from the table's folder."""
        return self.rows.get(relative)


def read_metadata(folder: Path, shown: str) -> Metadata:
    """The table in ``folder``; empty if there is none. ``shown`` names it in refusals."""
    path = folder / NAME
    if not path.is_file():
        return Metadata()
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:
            raise SourceRefused(shown, "It is too large.")
        if not data.strip():
            raise SourceRefused(shown, "It is empty; it needs a column “file”.")
        return _table(shown, decode(shown, data), folder)
    except SourceRefused as refusal:
        return Metadata(refused=(refusal,))
    except OSError as error:
        return Metadata(refused=(SourceRefused(shown, f"It cannot be read: {error.strerror}."),))


def _table(shown: str, text: str, folder: Path) -> Metadata:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[str, Mapping[str, object]] = {}
    refused: list[SourceRefused] = []
    try:
        header = [name.strip().lower() for name in next(reader)]
        _check_header(shown, header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{shown}, line {reader.line_num}"
            try:
                name, values = _row(where, header, cells)
                if name in rows:
                    raise SourceRefused(where, f"“{name}” stands in the table twice.")
                if not (folder / name).is_file():
                    raise SourceRefused(where, f"There is no file “{name}” beside the table.")
                rows[name] = values
            except SourceRefused as refusal:
                refused.append(refusal)
    except (csv.Error, StopIteration) as error:
        raise SourceRefused(shown, f"It is not a table in CSV: {error}.") from None
    return Metadata(rows, tuple(refused))


def _check_header(shown: str, header: list[str]) -> None:
    if "file" not in header:
        raise SourceRefused(shown, "It has no column “file”.")
    for name in header:
        if name not in COLUMNS:
            raise SourceRefused(shown, f"“{name}” is not a column; use {', '.join(COLUMNS)}.")
        if header.count(name) > 1:
            raise SourceRefused(shown, f"The column “{name}” is there twice.")


def _row(where: str, header: list[str], cells: list[str]) -> tuple[str, Mapping[str, object]]:
    if len(cells) > len(header):
        raise SourceRefused(where, "It has more cells than the table has columns.")
    given = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
    name = given.pop("file", "")
    path = PurePosixPath(name.replace("\\", "/"))
    if not name or path.is_absolute() or ".." in path.parts:
        raise SourceRefused(where, "“file” must name a file beside the table.")
    if name.lower().endswith(JSON_LINES):
        raise SourceRefused(where, "The lines of a .jsonl file give their fields themselves.")
    if "url" in given:
        given["source"] = given.pop("url")
    if day := _DAY.fullmatch(given.get("date", "")):
        given["date"] = "{}-{:0>2}-{:0>2}".format(*day.groups())
    values: dict[str, object] = {
        field: None if cell == NOTHING and field not in ("title", "source") else cell
        for field, cell in given.items()
    }
    return path.as_posix(), checked_overrides(values, where)
