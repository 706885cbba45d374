"""Whether an index is whole, and whether it holds what its sources say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from search_service import parsing
from search_service.errors import IndexDamaged, SourceRefused
from search_service.models import Document, Filters, IndexInfo
from search_service.service import SearchService

_EVERYTHING = Filters()
_PAGE = 100


@dataclass(frozen=True, slots=True)
class SourceComparison:
    """How the sources differ from what the index holds."""

    equal: int
    """Documents that are in both, and the same."""
    changed: tuple[str, ...]
    """Ids of documents whose source says something else now."""
    missing: tuple[str, ...]
    """Ids of documents that are in the sources alone."""
    extra: tuple[str, ...]
    """Ids of documents that are in the index alone."""
    refused: tuple[SourceRefused, ...]

    @property
    def agrees(self) -> bool:
        """Whether the index holds exactly what the sources say."""
        return not (self.changed or self.missing or self.extra)


def check_index(service: SearchService, deep: bool = False) -> IndexInfo:
    """Read the whole index and return its size; raises ``IndexDamaged``.

    Opening it has compared all its files with their checksums. ``deep`` also analyses
    every text again and compares the outcome with what is indexed.
    """
    info = service.engine.verify() if deep else service.info()
    documents = sections = 0
    for document in _documents(service):
        report = service.engine.report(document.id)
        if report is None or report.document != document:
            raise IndexDamaged(f"{document.id}: listed but cannot be read; rebuild the index")
        ordinals = [section.ordinal for section in report.sections]
        if ordinals != list(range(len(ordinals))):
            raise IndexDamaged(f"{document.id}: its sections have gaps; rebuild the index")
        documents += 1
        sections += len(ordinals)
    if (documents, sections) != (info.documents, info.sections):
        raise IndexDamaged(
            f"the index holds {documents} documents and {sections} sections, but says "
            f"{info.documents} and {info.sections}; rebuild it"
        )
    return info


def compare_sources(service: SearchService, sources: Iterable[str | Path]) -> SourceComparison:
    """Compare the index with ``sources``."""
    held = {document.id for document in _documents(service)}
    seen: set[str] = set()
    changed: list[str] = []
    missing: list[str] = []
    refused: list[SourceRefused] = []
    equal = 0

    def known(document_id: str, fingerprint: str) -> bool:
        return service.engine.fingerprint(document_id) == fingerprint

    for outcome in parsing.read(sources, known):
        if isinstance(outcome, SourceRefused):
            refused.append(outcome)
        elif isinstance(outcome, parsing.Unchanged):
            seen.add(outcome.document_id)
            equal += 1
        else:
            document_id = outcome.report.document.id
            seen.add(document_id)
            (changed if document_id in held else missing).append(document_id)
    extra = sorted(held - seen)
    return SourceComparison(equal, tuple(changed), tuple(missing), tuple(extra), tuple(refused))


def _documents(service: SearchService) -> Iterator[Document]:
    offset = 0
    while True:
        total, found = service.engine.documents(_EVERYTHING, "document", offset, _PAGE)
        yield from found
        offset += _PAGE
        if offset >= total:
            return
