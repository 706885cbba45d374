"""What the engine tests share: small corpora in one line, and how hits are written down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search_service.analysis import Segmenter
from search_service.engines.base import Deadline, Engine, EngineHit
from search_service.models import Document, Filters, Mode, Report, Section, Sort
from search_service.query import Plan, parse, plan

Body = str | tuple[str, str] | tuple[str, str, tuple[str, ...]]
"""A section: its text, or heading and text, or heading, text and path."""


def report(document_id: str, *bodies: Body, **metadata: object) -> Report:
    document = Document(document_id, **metadata)  # type: ignore[arg-type]
    sections = []
    for ordinal, body in enumerate(bodies):
        heading, text = "", ""
        path: tuple[str, ...] = ()
        if isinstance(body, str):
            text = body
        elif len(body) == 2:
            heading, text = body
        else:
            heading, text, path = body
        sections.append(Section(document_id, ordinal, heading, path, min(ordinal, 1), text))
    return Report(document, tuple(sections), fingerprint=f"fingerprint of {document_id}")


def read(q: str, mode: Mode = "auto") -> Plan:
    """Return the plan of a query as the service makes it."""
    return plan(parse(q, Segmenter()), mode)


def found(
    engine: Engine,
    q: str,
    mode: Mode = "auto",
    filters: Filters = Filters(),
    sort: Sort = "relevance",
) -> list[str]:
    """Return the ids of all hits in order; checks that counts, pages and stream agree."""
    asked = read(q, mode)
    hits = list(engine.stream(asked, filters, sort, deadline=Deadline()))
    whole = engine.search(asked, filters, sort, 0, 1000)
    assert ids(whole.hits) == ids(hits)
    assert whole.total == len(hits)
    assert whole.total_literal == sum(hit.match == "literal" for hit in hits)
    return ids(hits)


def kinds(engine: Engine, q: str, mode: Mode = "auto") -> dict[str, str]:
    """Return the group of each hit."""
    return {hit.section.id: hit.match for hit in engine.search(read(q, mode), limit=1000).hits}


def ids(hits: Iterable[EngineHit]) -> list[str]:
    return [hit.section.id for hit in hits]


def pages(
    engine: Engine, asked: Plan, size: int, sort: Sort = "relevance", filters: Filters = Filters()
) -> list[Sequence[EngineHit]]:
    """Return all hits page by page."""
    total = engine.search(asked, filters, sort, 0, 0).total
    return [
        engine.search(asked, filters, sort, offset, size).hits for offset in range(0, total, size)
    ]
