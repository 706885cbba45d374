"""What came of reading sources, and of checking them, for people and for programs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TextIO

from search_service.check import SourceComparison
from search_service.models import UNKNOWN, IndexInfo
from search_service.parsing import Parsed
from search_service.service import BuildReport
from search_service.terminal import obeys, one_line, table

_MOST_ROWS = 50
"""Documents up to which all are listed; beyond, only those to look at."""

_INTERVAL = 0.1


class Progress:
    """A line that counts what has been read; only on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.count = 0
        self._shown = 0.0
        self._live = obeys(stream)

    def __call__(self, source: str) -> None:
        """Count ``source``."""
        self.count += 1
        now = time.monotonic()
        if self._live and now - self._shown >= _INTERVAL:
            self._shown = now
            self.stream.write(f"\r\x1b[K{self.count} {one_line(source)[-60:]}")
            self.stream.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._live:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def text(report: BuildReport, place: Path) -> str:
    """Return the table of what was read, detected, refused and uncertain."""
    shown = list(report.read)
    if len(shown) > _MOST_ROWS:
        shown = [parsed for parsed in shown if parsed.uncertain]
    lines = []
    if shown:
        heading = ("source", "district", "town", "year", "date", "number")
        lines += [*table([heading, *map(_row, shown)]), ""]
    for parsed in shown:
        for doubt in parsed.uncertain:
            value = "" if doubt.value in (None, "") else f" {doubt.value}"
            source = parsed.report.document.source
            lines.append(f"uncertain: {source}: {doubt.field}{value}: {doubt.reason}")
    lines += [f"refused: {refused}" for refused in report.refused]
    uncertain = sum(bool(parsed.uncertain) for parsed in report.read)
    lines.append(
        f"{len(report.read)} read ({uncertain} uncertain), {len(report.unchanged)} unchanged, "
        f"{len(report.refused)} refused"
    )
    info = report.info
    lines.append(f"{place} holds {info.documents} documents with {info.sections} sections")
    return "\n".join(one_line(line) for line in lines)


def _row(parsed: Parsed) -> tuple[str, ...]:
    document = parsed.report.document
    return (
        document.source,
        document.district or UNKNOWN,
        document.town or "",
        str(document.year or UNKNOWN),
        document.date or "",
        document.number or "",
    )


def json_text(report: BuildReport) -> bytes:
    """Return the same as JSON in UTF-8."""
    content = {
        "read": [
            {
                "id": parsed.report.document.id,
                "source": parsed.report.document.source,
                "title": parsed.report.document.title,
                "district": parsed.report.document.district,
                "town": parsed.report.document.town,
                "issuer": parsed.report.document.issuer,
                "year": parsed.report.document.year,
                "date": parsed.report.document.date,
                "number": parsed.report.document.number,
                "uncertain": [
                    {"field": d.field, "value": d.value, "reason": d.reason}
                    for d in parsed.uncertain
                ],
            }
            for parsed in report.read
        ],
        "unchanged": [{"id": u.document_id, "source": u.source} for u in report.unchanged],
        "refused": [{"source": r.source, "reason": r.reason} for r in report.refused],
        "index": _index(report.info),
    }
    return _dump(content)


def check_text(info: IndexInfo, compared: SourceComparison | None) -> str:
    """Return what came of checking an index."""
    lines = [f"the index is whole: {info.documents} documents with {info.sections} sections"]
    if compared is not None:
        lines += [f"changed: {name}" for name in compared.changed]
        lines += [f"not in the index: {name}" for name in compared.missing]
        lines += [f"not in the sources: {name}" for name in compared.extra]
        lines += [f"refused: {refused}" for refused in compared.refused]
        verdict = "agrees with" if compared.agrees else "differs from"
        lines.append(f"the index {verdict} the sources; {compared.equal} documents are equal")
    return "\n".join(one_line(line) for line in lines)


def check_json(info: IndexInfo, compared: SourceComparison | None) -> bytes:
    """Return the same as JSON in UTF-8."""
    content: dict[str, object] = {"index": _index(info)}
    if compared is not None:
        content["sources"] = {
            "agrees": compared.agrees,
            "equal": compared.equal,
            "changed": compared.changed,
            "missing": compared.missing,
            "extra": compared.extra,
            "refused": [{"source": r.source, "reason": r.reason} for r in compared.refused],
        }
    return _dump(content)


def _index(info: IndexInfo) -> dict[str, object]:
    return {
        "generation": info.generation,
        "documents": info.documents,
        "sections": info.sections,
    }


def _dump(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "replace")
