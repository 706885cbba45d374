"""One JSON document as a report: the fields of a document with ``text`` or ``sections``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from search_service.errors import SourceRefused
from search_service.models import Document, Report, Section
from search_service.parsing.limits import MAX_CHARACTERS, MAX_SHOWN
from search_service.parsing.report import (
    DOCUMENT_FIELDS,
    Parsed,
    Uncertainty,
    checked_overrides,
    parse_text,
    unusable_id,
)

_SECTION_FIELDS = ("heading", "path", "text")
_UNFIT = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
# Signs that no page can hold either, but they part words.
_SPACES = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e", "\n") | {"\x1f": " "})


def report_from_json(obj: object, *, source: str) -> Parsed:
    """Read one JSON document; ``source`` names it in refusals.

    Fields that are absent are detected from ``text``; a field that is ``null``
    stays empty. ``sections`` are taken as they are, and nothing is detected.
    """
    if not isinstance(obj, Mapping):
        raise SourceRefused(source, "A document must be a JSON object.")
    for field in obj:
        if field not in (*DOCUMENT_FIELDS, "text", "sections"):
            raise SourceRefused(source, "is not a field of a document.", str(field)[:MAX_SHOWN])
    if ("text" in obj) == ("sections" in obj):
        raise SourceRefused(source, "A document must have either “text” or “sections”.")
    identifier = _identifier(obj, source)
    fields = checked_overrides({k: obj[k] for k in DOCUMENT_FIELDS if k in obj}, source)
    fields.pop("id", None)
    if "text" in obj:
        text = _text(obj["text"], "text", source)
        if not text.strip():
            raise SourceRefused(source, "is empty.", "text")
        return parse_text(text, id=identifier, source=source, overrides=fields)
    sections = _sections(obj["sections"], identifier, source)
    document = Document(**{"source": source, **fields, "id": identifier})  # type: ignore[arg-type]
    uncertain = tuple(
        Uncertainty(field, None, "not given, and nothing is detected where sections are")
        for field in ("district", "year")
        if getattr(document, field) is None
    )
    return Parsed(Report(document, sections), uncertain)


def _identifier(obj: Mapping[str, object], source: str) -> str:
    identifier = obj.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise SourceRefused(source, "is missing or not text.", "id")
    reason = unusable_id(identifier)
    if reason is not None:
        raise SourceRefused(source, f"{reason}.", "id")
    return identifier


def _sections(value: object, document_id: str, source: str) -> tuple[Section, ...]:
    if not isinstance(value, list) or not value:
        raise SourceRefused(source, "must be a list of at least one section.", "sections")
    sections = []
    for ordinal, item in enumerate(value):
        where = f"sections[{ordinal}]"
        if not isinstance(item, Mapping):
            raise SourceRefused(source, "must be an object.", where)
        for field in item:
            if field not in _SECTION_FIELDS:
                raise SourceRefused(
                    source, "is not a field of a section.", f"{where}.{field}"[:MAX_SHOWN]
                )
        heading = _text(item.get("heading", ""), f"{where}.heading", source)
        text = _text(item.get("text", ""), f"{where}.text", source)
        path = _path(item.get("path", []), where, source)
        level = len(path) + 1 if heading or path else 0
        sections.append(Section(document_id, ordinal, heading, path, level, text))
    if not any(section.heading.strip() or section.text.strip() for section in sections):
        raise SourceRefused(source, "hold no text.", "sections")
    return tuple(sections)


def _path(value: object, where: str, source: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SourceRefused(source, "must be a list of headings.", f"{where}.path")
    return tuple(_text(item, f"{where}.path", source) for item in value)


def _text(value: object, field: str, source: str) -> str:
    if not isinstance(value, str):
        raise SourceRefused(source, "must be text.", field)
    if len(value) > MAX_CHARACTERS:
        raise SourceRefused(source, f"is longer than {MAX_CHARACTERS:,} characters.", field)
    text = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub("", text.translate(_SPACES))
