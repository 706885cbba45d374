"""What the reader shows: a report with its matches, its neighbours, perhaps another beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from werkzeug.datastructures import MultiDict

from search_service.errors import NotFound
from search_service.models import (
    MODES,
    Document,
    Filters,
    Mode,
    Report,
    Section,
    Sort,
    Span,
    YearRange,
)
from search_service.service import SearchService
from search_service.turns import in_turns
from search_service.web.compare import rows
from search_service.web.marks import Piece, paragraphs, pieces

_OFFERED = 100
"""Reports offered for comparison, of each kind, beside those that are near or shown already."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the reader asks for."""

    q: str
    mode: Mode
    beside: str
    """Id of the report to show beside, or ``""``."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A section ready to be shown: every piece is still unescaped text."""

    section: Section
    heading: list[Piece]
    paragraphs: list[list[Piece]]

    @property
    def matches(self) -> int:
        """Number of marks; one over several lines is one."""
        inside = [piece for line in self.paragraphs for piece in line]
        return sum(piece.begins for piece in (*self.heading, *inside))


@dataclass(frozen=True, slots=True)
class Offer:
    """Reports to compare with, of one kind."""

    kind: str
    """Names the text that says of which kind: ``place``, ``year`` or ``other``."""
    documents: list[Document]
    alike: frozenset[str] = frozenset()
    """Ids of those that place and year do not tell apart, so that their titles must."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything the reader shows."""

    wanted: Wanted
    document: Document
    sections: list[Shown]
    earlier: Document | None
    """The report of the same issuer on the nearest earlier year."""
    later: Document | None
    offered: list[Offer]
    """What it can be compared with."""
    lost: bool = False
    """Whether the report asked for beside it is not there."""
    beside: Document | None = None
    rows: list[ShownRow] | None = None

    @property
    def matches(self) -> int:
        """Number of marks in everything shown."""
        if self.rows is None:
            return sum(section.matches for section in self.sections)
        return sum(s.matches for row in self.rows for s in (*row.left, *row.right))


@dataclass(frozen=True, slots=True)
class ShownRow:
    """Sections of two reports beside each other."""

    left: list[Shown]
    right: list[Shown]
    paired: bool


_Mark = Callable[[Section], tuple[list[Span], list[Span]]]
"""What to mark in a section's heading and text."""


def read(args: MultiDict[str, str]) -> Wanted:
    """Read an address; what is not known is taken for the default."""
    mode = args.get("mode", "")
    return Wanted(
        q=args.get("q", "").strip(),
        mode=mode if mode in MODES else "auto",
        beside=args.get("with", ""),
    )


def view(service: SearchService, document_id: str, wanted: Wanted) -> View:
    """Collect what to show of a report; raises ``NotFound`` where there is no such report."""
    report = service.report(document_id)
    document = report.document
    earlier, later = _around(service, document)
    mark = service.marker(wanted.q, wanted.mode)
    shown = [_shown(section, mark) for section in in_turns(report.sections)]
    other = _beside(service, document, wanted)
    near = [one for one in (earlier, later, other and other.document) if one]
    offered = _told_apart(list(_offers(service, document, near)))
    found = View(wanted, document, shown, earlier, later, offered)
    if other is None:
        return replace(found, lost=wanted.beside not in ("", document_id))
    by_ordinal = {section.ordinal: one for section, one in zip(report.sections, shown, strict=True)}
    beside = [
        ShownRow(
            [by_ordinal[section.ordinal] for section in row.left],
            [_shown(section, mark) for section in row.right],
            row.paired,
        )
        for row in in_turns(rows(report.sections, other.sections))
    ]
    return replace(found, beside=other.document, rows=beside)


def _shown(section: Section, mark: _Mark) -> Shown:
    heading, text = mark(section)
    return Shown(
        section, list(pieces(section.heading, heading)), list(paragraphs(section.text, text))
    )


def _beside(service: SearchService, document: Document, wanted: Wanted) -> Report | None:
    """Return the report to show beside ``document`` if it is there and another one."""
    if wanted.beside in ("", document.id):
        return None
    try:
        return service.report(wanted.beside)
    except NotFound:
        return None


def _offers(
    service: SearchService, document: Document, near: Sequence[Document]
) -> Iterator[Offer]:
    """Yield other reports of the same place, newest first, of the same year, and any others.

    Those of ``near`` are among them, also where there are more than are offered.
    """
    known = {document.id}
    year = document.year
    for kind, field, filters, sort in (
        ("place", "district", Filters(district=(document.district,)), "-year"),
        ("year", "year", Filters(year=(YearRange(year, year),)), "district"),
        ("other", "", Filters(), "-year"),
    ):
        shared = getattr(document, field) if field else ""
        if shared is None:
            continue
        found = service.documents(filters, cast(Sort, sort), 1, _OFFERED)[1]
        alike = [one for one in near if not field or getattr(one, field) == shared]
        others = {one.id: one for one in (*found, *alike) if one.id not in known}
        known.update(others)
        if others:
            yield Offer(kind, list(others.values()))


def _told_apart(offered: list[Offer]) -> list[Offer]:
    every = [document for offer in offered for document in offer.documents]
    count = Counter((one.district, one.town, one.year) for one in every)
    alike = frozenset(one.id for one in every if count[one.district, one.town, one.year] > 1)
    return [replace(offer, alike=alike) for offer in offered]


def _around(service: SearchService, document: Document) -> tuple[Document | None, Document | None]:
    """Return the reports of the same place and town on the nearest other years."""
    year = document.year
    if year is None or document.district is None:
        return None, None

    def nearest(years: YearRange, sort: Sort) -> Document | None:
        filters = Filters((document.district,), (document.town,), (years,))
        return next(iter(service.documents(filters, sort, 1, 1)[1]), None)

    return nearest(YearRange(None, year - 1), "-year"), nearest(YearRange(year + 1, None), "year")
