"""One report's text as a ``Report``: cleaning, outline and metadata together."""

from __future__ import annotations

import hashlib
import json
import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from search_service.errors import SourceRefused
from search_service.models import UNKNOWN, Document, Report
from search_service.parsing.cleaning import (
    count_breaks,
    plain_lines,
    refuse_many_lines,
    tidy,
)
from search_service.parsing.detect import Detected, detect
from search_service.parsing.guard import guarded
from search_service.parsing.limits import MAX_ID, MAX_SHOWN
from search_service.parsing.lines import Line
from search_service.parsing.outline import outline

PARSER_VERSION = "6"
"""Part of every fingerprint: raise it whenever the same bytes are read differently."""

DOCUMENT_FIELDS = tuple(field.name for field in fields(Document))
"""The fields that can be given instead of detected."""


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """A value to check, or one that is missing, and why."""

    field: str
    value: str | int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A report and what should be checked about it."""

    report: Report
    uncertain: tuple[Uncertainty, ...]


def parse_text(
    text: str,
    *,
    id: str,  # noqa: A002 (the field is called so)
    source: str,
    overrides: Mapping[str, object] | None = None,
) -> Parsed:
    """Read one report from plain text; ``overrides`` win over what is detected."""
    refuse_many_lines(source, count_breaks(text))
    return parse_lines(plain_lines(text), id=id, source=source, overrides=overrides)


def parse_lines(
    lines: Sequence[Line],
    *,
    id: str,  # noqa: A002
    source: str,
    overrides: Mapping[str, object] | None = None,
    page_title: str = "",
    note: str = "",
) -> Parsed:
    """Read one report from the lines of any format."""
    given = checked_overrides(overrides or {}, source)
    refuse_many_lines(source, len(lines))
    with guarded(source):
        cleaned = tidy(lines)
        if not any(char.isalnum() for line in cleaned.lines for char in line.text):
            raise SourceRefused(source, "It holds no text.")
        detected = detect(cleaned.lines, cleaned.furniture, page_title)
        values = {"id": safe_id(id), "source": source, **detected.fields(), **given}
        document = Document(**values)  # type: ignore[arg-type]
        sections = outline(document.id, cleaned.lines, detected.headings)
    uncertain = _uncertain(document, detected, given)
    if note:
        uncertain = (*uncertain, Uncertainty("text", None, note))
    return Parsed(Report(document, sections), uncertain)


def with_fingerprint(parsed: Parsed, mark: str) -> Parsed:
    """``parsed`` with the fingerprint of what it was read from."""
    return replace(parsed, report=replace(parsed.report, fingerprint=mark))


def _uncertain(
    document: Document, detected: Detected, given: Mapping[str, object]
) -> tuple[Uncertainty, ...]:
    found = [
        Uncertainty(field, getattr(document, field), reason)
        for field, reason in detected.notes
        if field not in given
    ]
    found += [
        Uncertainty(field, None, "the text does not say")
        for field in ("district", "year")
        if getattr(document, field) is None
    ]
    return tuple(found)


def checked_overrides(values: Mapping[str, object], source: str) -> dict[str, object]:
    """``values`` as fields of a document, or a refusal that names the wrong one."""
    checked: dict[str, object] = {}
    for field, value in values.items():
        if field not in DOCUMENT_FIELDS:
            raise SourceRefused(source, "is not a field of a document.", field[:MAX_SHOWN])
        if value is None and field not in ("id", "title", "source"):
            checked[field] = None
        elif field == "year":
            checked[field] = _year(value, source)
        elif not isinstance(value, str):
            raise SourceRefused(source, f"must be text, not {reprlib.repr(value)}.", field)
        else:
            text = value.encode("utf-8", "replace").decode().replace("\0", "").strip()
            checked[field] = _field(field, text, source)
    if "id" in checked:
        checked["id"] = safe_id(str(checked["id"]))
    return checked


def _field(field: str, text: str, source: str) -> str | None:
    """The value of a field that is given as text; nothing, or 未知, is no value."""
    if field in ("id", "title", "source"):
        return " ".join(text.split("\n")) if field == "title" else text
    if text in ("", UNKNOWN):
        return None
    return _date(text, source) if field == "date" else text


def _year(value: object, source: str) -> int | None:
    if isinstance(value, str) and value.strip() in ("", UNKNOWN):
        return None
    if isinstance(value, str) and re.fullmatch(r"\d{4}", value.strip()):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1000 <= value <= 9999:
        raise SourceRefused(
            source, f"must be a year such as 2023, not {reprlib.repr(value)}.", "year"
        )
    return value


def _date(text: str, source: str) -> str:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise SourceRefused(
            source, f"must be like 2024-01-31, not {reprlib.repr(text)}.", "date"
        ) from None


def safe_id(stem: str) -> str:
    """A URL-safe id from a file's stem; letters and digits of any script stay."""
    cleaned = re.sub(r"[^\w.~-]+", "-", stem.encode("utf-8", "replace").decode())
    cleaned = cleaned.strip("-")
    # Dots alone are folders to a URL.
    return cleaned if cleaned.strip(".") else "document"


def unusable_id(identifier: str) -> str | None:
    """Why ``identifier`` cannot be a document's id, or ``None`` if it can."""
    if len(identifier) > MAX_ID:
        return f"is longer than {MAX_ID} characters"
    if safe_id(identifier) != identifier:
        return f"{identifier[:80]!r} is not URL-safe; {safe_id(identifier[:80])!r} would be"
    return None


def fingerprint(data: bytes, overrides: Mapping[str, object] | None) -> str:
    """Changes with the bytes, the overrides and the version of the parser."""
    extra = json.dumps(dict(overrides or {}), sort_keys=True, ensure_ascii=False, default=str)
    head = f"{PARSER_VERSION}\0{extra}\0".encode("utf-8", "replace")
    return hashlib.sha256(head + data).hexdigest()
