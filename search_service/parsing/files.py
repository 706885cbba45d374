"""One file's bytes as a report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from search_service.errors import SourceRefused
from search_service.parsing.limits import MAX_FILE_BYTES
from search_service.parsing.lines import Line
from search_service.parsing.readers import SUFFIXES, read_content
from search_service.parsing.report import Parsed, fingerprint, parse_lines, with_fingerprint


def parse_bytes(name: str, data: bytes, overrides: Mapping[str, object] | None = None) -> Parsed:
    """Read one report from a file's bytes; ``name`` gives its id and source.

    The format is told from the content. Raises ``SourceRefused`` for whatever
    cannot be read.
    """
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 2**20
        raise SourceRefused(name, f"It is larger than {limit} MiB.")
    content = read_content(name, data)
    lines = list(content.lines)
    if content.published:
        lines.append(Line(f"发布时间：{content.published} 来源："))
    parsed = parse_lines(
        lines,
        id=stem_of_name(name),
        source=name,
        overrides=overrides,
        page_title=content.title,
        note=content.note,
    )
    return with_fingerprint(parsed, fingerprint(data, overrides))


def stem_of_name(name: str) -> str:
    """The file's name without folders and without an extension that is read."""
    base = PurePath(name.replace("\\", "/")).name
    for suffix in (*SUFFIXES, ".doc", ".wps", ".rtf"):
        if base.lower().endswith(suffix) and len(base) > len(suffix):
            return base[: -len(suffix)]
    return base
