"""A segment: some reports, indexed, in one immutable file.

Sections are numbered in the order of document ids and ordinals. The *context* of a
section (title, district, town and path) is shared by all sections of one path in one
document, so contexts are texts of their own and each section names its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from search_service.analysis import FoldedText, Segmenter, fold
from search_service.engines.whoosh.arrays import Array, ArrayFile, array_file, offsets
from search_service.engines.whoosh.citations import encode_citations
from search_service.engines.whoosh.grams import Grams, encode_grams
from search_service.engines.whoosh.postings import Ids, PostingsReader
from search_service.engines.whoosh.texts import (
    Folded,
    Originals,
    encode_folded,
    encode_originals,
    fold_all,
    storable,
)
from search_service.engines.whoosh.tokens import Tokenizer
from search_service.engines.whoosh.words import encode_words
from search_service.models import Document, Report, Section, context_parts
from search_service.ranking import HEADING_WEIGHT
from search_service.turns import in_turns

T = TypeVar("T")

_REMEMBERED = 4096
"""Documents and paths of a segment kept in memory, of about a kilobyte each."""

SEPARATOR = "\0"
"""Between the parts of a context; no text holds it, so nothing matches across parts."""

_METADATA = (
    "id", "title", "district", "town", "issuer", "year", "date", "number", "source", "fingerprint"
)  # fmt: skip


class Segment:
    """An open segment."""

    def __init__(self, path: Path, verify: bool = True) -> None:
        file = ArrayFile(path, verify)
        self.name = path.name
        self.file = file
        self.sections = int(file.meta["sections"])
        self.own = TextIndex(file, "own")
        self.contexts = TextIndex(file, "context")
        self._originals = Originals(file, "own", self.own.folded)
        self.document_of = file["section.document"]
        self.context_of = file["section.context"]
        self._levels = file["section.level"]
        self._headings = file["section.heading"]
        self.first_section = file["document.first_section"]
        self.characters = file["document.characters"].astype(np.int64)
        """Code points in the folded own texts of each document."""
        self._citations = PostingsReader(file, "own.citations")
        self._path = _remembered(_Records(file, "context.path"), tuple)
        self._documents = _Records(file, "document")
        self.document = _remembered(self._documents, _document)
        """Returns the metadata of a document by its number."""
        self._values: dict[str, list[Any]] = json.loads(bytes(file.buffer("document.facets")))

    def __len__(self) -> int:
        return self.sections

    @property
    def documents(self) -> int:
        """Number of documents."""
        return len(self.first_section) - 1

    def values(self, field: str) -> list[Any]:
        """Return ``id``, ``district``, ``town`` or ``year`` of every document."""
        return self._values[field]

    def fingerprint(self, number: int) -> str:
        """Return the fingerprint that the document was indexed with."""
        return str(self._documents[number][-1])

    def section(self, number: int) -> Section:
        """Return a section, its text exactly as it was given."""
        return self.folded_section(number)[0]

    def folded_section(self, number: int) -> tuple[Section, FoldedText]:
        """Return a section and its own text folded."""
        document = int(self.document_of[number])
        own, folded = self._originals[number]
        heading = int(self._headings[number])
        section = Section(
            document_id=self._values["id"][document],
            ordinal=number - int(self.first_section[document]),
            heading=own[:heading],
            path=self._path(int(self.context_of[number])),
            level=int(self._levels[number]),
            text=own[heading + 1 :],
        )
        return section, folded

    def titles(self) -> Iterator[str]:
        """Yield the folded title of every document."""
        at = _METADATA.index("title")
        return (fold(self._documents[number][at]) for number in range(self.documents))

    def citations(self) -> Iterator[tuple[str, Ids]]:
        """Yield what is named as 《title》, folded, with the sections that do so."""
        reader = self._citations
        return ((reader.term(n).decode(), reader.ids(n)) for n in range(len(reader)))

    def report(self, number: int) -> Report:
        """Return a document with all its sections."""
        first, end = self.first_section[number : number + 2].tolist()
        sections = tuple(self.section(section) for section in in_turns(range(first, end)))
        return Report(self.document(number), sections, self.fingerprint(number))


class TextIndex:
    """The words, grams and folded texts of one field."""

    def __init__(self, file: ArrayFile, field: str) -> None:
        self.folded = Folded(file, field)
        self.words = PostingsReader(file, f"{field}.words")
        self.grams = Grams(file, field, self.folded, self.words)
        self.lengths = file[f"{field}.lengths"]


class _Records:
    """A column of small JSON values."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._data = file.buffer(f"{name}.json")
        self._bounds = file[f"{name}.bounds"]

    def __getitem__(self, number: int) -> Any:
        start, end = self._bounds[number : number + 2].tolist()
        return json.loads(bytes(self._data[start:end]))


def _remembered(records: _Records, read: Callable[[Any], T]) -> Callable[[int], T]:
    """Return a function that reads records and keeps those used last."""
    return lru_cache(_REMEMBERED)(lambda number: read(records[number]))


def _document(fields: list[Any]) -> Document:
    return Document(*fields[:-1])  # in the order of _METADATA; the last is the fingerprint


def _records(name: str, values: Sequence[Any]) -> dict[str, Array]:
    encoded = [json.dumps(value, ensure_ascii=False).encode() for value in values]
    return {
        f"{name}.json": np.frombuffer(b"".join(encoded), np.uint8),
        f"{name}.bounds": offsets([len(item) for item in encoded]).astype(np.uint32),
    }


def segment_file(
    reports: Sequence[Report], segmenter: Segmenter, processes: int = 1
) -> Iterator[bytes | memoryview]:
    """Index ``reports`` (of different ids) and yield the content of a segment's file."""
    reports = sorted((_storable(report) for report in reports), key=lambda r: r.document.id)
    sections = [section for report in reports for section in report.sections]
    contexts: dict[tuple[int, tuple[str, ...]], int] = {}
    context_of = [
        contexts.setdefault((number, section.path), len(contexts))
        for number, report in enumerate(reports)
        for section in report.sections
    ]
    arrays = _columns(reports, context_of, [path for _, path in contexts])
    own = [section.own_text for section in sections]
    with Tokenizer(segmenter, processes) as tokenizer:
        pending = tokenizer.start([(s.heading, s.text) for s in sections], (HEADING_WEIGHT, 1))
        folded, whole = fold_all(own)
        starts = folded.bounds[arrays["document.first_section"]]
        arrays["document.characters"] = np.diff(starts).astype(np.uint64)
        arrays |= encode_folded("own", folded)
        arrays |= encode_originals("own", own, whole)
        arrays |= encode_grams("own", folded)
        arrays |= encode_citations("own", folded)
        arrays |= encode_words("own", pending.result(), len(sections))
        parts = [context_parts(reports[number].document, path) for number, path in contexts]
        folded, _ = fold_all([SEPARATOR.join(part) for part in parts])
        arrays |= encode_folded("context", folded)
        arrays |= encode_grams("context", folded)
        tokens = tokenizer.start(parts, None).result()
        arrays |= encode_words("context", tokens, len(parts))
    return array_file({"sections": len(sections), "documents": len(reports)}, arrays)


def _columns(
    reports: Sequence[Report], context_of: Sequence[int], paths: Sequence[tuple[str, ...]]
) -> dict[str, Array]:
    """Return the arrays of what is kept of documents, contexts and sections beside their texts.

    ``context_of`` is the number of each section's context, ``paths`` those of the contexts.
    """
    sections = [section for report in reports for section in report.sections]
    counts = [len(report.sections) for report in reports]
    facets = {
        field: [getattr(report.document, field) for report in reports]
        for field in ("id", "district", "town", "year")
    }
    return {
        "section.document": np.repeat(np.arange(len(reports), dtype=np.uint32), counts),
        "section.context": np.array(context_of, np.uint32),
        "section.level": np.array([min(s.level, 255) for s in sections], np.uint8),
        "section.heading": np.array([len(s.heading) for s in sections], np.uint32),
        "document.first_section": offsets(counts).astype(np.uint32),
        **_records("context.path", paths),
        **_records("document", [_metadata(report) for report in reports]),
        "document.facets": np.frombuffer(json.dumps(facets, ensure_ascii=False).encode(), np.uint8),
    }


def _metadata(report: Report) -> list[Any]:
    return [
        report.fingerprint if name == "fingerprint" else getattr(report.document, name)
        for name in _METADATA
    ]


def _storable(report: Report) -> Report:
    """Return ``report`` without characters that no text has, its sections numbered."""
    document = report.document
    texts: dict[str, Any] = {
        name: storable(value)
        for name in _METADATA[:-1]
        if isinstance(value := getattr(document, name), str)
    }
    clean = replace(document, **texts)
    sections = tuple(
        Section(
            clean.id,
            ordinal,
            storable(section.heading),
            tuple(storable(heading) for heading in section.path),
            section.level,
            storable(section.text),
        )
        for ordinal, section in enumerate(report.sections)
    )
    return Report(clean, sections, report.fingerprint)
