"""What any engine must do.

An engine holds reports and executes plans (``query.Plan``) over their sections. One
contract suite, ``tests/engines/``, runs against every engine.

Ranking, in every engine: groups first (``models.MATCH_KINDS``), inside a group the
score (``ranking``), ties by document id and ordinal. Browsing (a plan without
``literal``) and ``sort="document"`` go by document id and ordinal; the other sorts
put their key before that order; sections without the key come last.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from search_service.analysis import FoldedText
from search_service.errors import DeadlineExceeded, NotSupported
from search_service.models import (
    Document,
    FacetField,
    Filters,
    IndexInfo,
    MatchKind,
    Report,
    Section,
    Sort,
)
from search_service.query import Plan
from search_service.turns import give_way


class Deadline:
    """A moment after which a search must stop; asked between the steps of a search.

    Between its steps a search also gives way to shorter ones (``turns``).
    """

    __slots__ = ("_at",)

    def __init__(self, seconds: float | None = None) -> None:
        self._at = None if seconds is None else time.monotonic() + seconds

    def remaining(self) -> float | None:
        """Return the seconds that are left, negative once it has passed; ``None``: no limit."""
        return None if self._at is None else self._at - time.monotonic()

    def check(self) -> None:
        """Raise ``DeadlineExceeded`` once the moment has passed."""
        give_way()
        if self._at is not None and time.monotonic() > self._at:
            raise DeadlineExceeded(
                "the search took longer than it may; ask for something more specific or try again"
            )


@dataclass(frozen=True, slots=True)
class EngineHit:
    """A section that matched, with its place in the ranking."""

    section: Section
    document: Document
    match: MatchKind
    score: float
    own: FoldedText | None = None
    """The section's own text folded, if the engine has it at hand."""


@dataclass(frozen=True, slots=True)
class EngineResult:
    """Hits ``offset`` to ``offset + limit`` of a search, and exact counts over all hits."""

    hits: Sequence[EngineHit]
    total: int
    total_literal: int
    info: IndexInfo
    """The generation that was searched."""
    facets: Mapping[FacetField, Mapping[str | int | None, int]] = field(default_factory=dict)
    """Per field the number of hits per value, counted without that field's own filter.
    Values without a hit are absent."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """Literal matches of a plan in the documents of one district and year."""

    district: str | None
    year: int | None
    documents: int
    """Documents held, matching or not."""
    characters: int
    """Code points in the folded own texts of all their sections."""
    sections: int
    """Sections that match literally."""
    occurrences: int
    """Non-overlapping occurrences of the literals in the sections that match.

    One literal inside another counts once."""

    @property
    def per_10000(self) -> float:
        """Occurrences per 10,000 code points of ``characters``; 0 where there are none."""
        return 10_000 * self.occurrences / max(self.characters, 1)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that exists in the index: a completion, or what may have been meant."""

    text: str
    sections: int
    """Number of sections that have it: as a word (``Engine.suggest``), else literally."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """One of many sections that hold a text."""

    folded: str
    """Its own text, folded."""
    heading: Callable[[], str]
    """Returns its heading."""


class Engine(ABC):
    """An index that can be searched and changed. Reading is safe from many threads."""

    # --- reading ---

    @abstractmethod
    def info(self) -> IndexInfo:
        """Return which generation is being served."""

    @abstractmethod
    def search(
        self,
        plan: Plan,
        filters: Filters = Filters(),
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 10,
        facets: Sequence[FacetField] = (),
        deadline: Deadline = Deadline(),
    ) -> EngineResult:
        """Execute ``plan`` and return one window of its hits."""

    @abstractmethod
    def stream(
        self, plan: Plan, filters: Filters, sort: Sort, deadline: Deadline
    ) -> Iterator[EngineHit]:
        """Yield every hit in ranking order, without holding them all.

        All hits come from one generation. ``deadline`` bounds the search, not the reading.
        """

    @abstractmethod
    def documents(
        self, filters: Filters, sort: Sort, offset: int, limit: int
    ) -> tuple[int, Sequence[Document]]:
        """Return how many documents pass ``filters`` and a window of them, sorted."""

    @abstractmethod
    def document(self, document_id: str) -> Document | None:
        """Return a document, or ``None`` if it is not in the index."""

    @abstractmethod
    def report(self, document_id: str) -> Report | None:
        """Return a document with all its sections, or ``None`` if it is not in the index."""

    @abstractmethod
    def section(self, document_id: str, ordinal: int) -> tuple[Document, Section] | None:
        """Return one section, or ``None`` if it is not in the index."""

    @abstractmethod
    def matrix(self, plan: Plan, filters: Filters, deadline: Deadline) -> Sequence[MatrixRow]:
        """Return a row per (district, year) pair that has documents."""

    @abstractmethod
    def suggest(
        self, prefix: str, limit: int, deadline: Deadline = Deadline()
    ) -> Sequence[Suggestion]:
        """Return words that start with ``prefix`` (already folded), most frequent first.

        Raises ``DeadlineExceeded``.
        """

    @abstractmethod
    def sample(self, text: str, size: int, deadline: Deadline = Deadline()) -> Sequence[Sampled]:
        """Return up to ``size`` of the sections whose folded own text contains ``text`` (folded).

        They come from all over the index: all of them if there are no more. Raises
        ``DeadlineExceeded``.
        """

    def towns(self) -> frozenset[str]:
        """Return the towns that documents name."""
        _, documents = self.documents(Filters(), "document", 0, self.info().documents)
        return frozenset(document.town for document in documents if document.town)

    @abstractmethod
    def around(self, text: str, size: int, deadline: Deadline) -> Iterator[tuple[int, str]]:
        """Yield sections in which one letter of ``text`` (folded) may be another one.

        Each as the place of the letter and the section's own text, folded, which has what
        stands before the letter and what stands after it. About ``size`` from all over the
        index; those in which the letter sounds like that of ``text`` are not left to
        chance, since most people type by sound. Raises ``DeadlineExceeded``.
        """

    def totals(
        self, plans: Sequence[Plan], effort: int, deadline: Deadline = Deadline()
    ) -> list[int | None]:
        """Return how many sections each plan finds, exactly, or ``None`` where it is left out.

        A plan is left out if too little is left of ``effort``, the number of sections that
        may be read in all to confirm literals. An engine that need not read them counts all.
        """
        del effort
        return [self.search(plan, limit=0, deadline=deadline).total for plan in plans]

    @abstractmethod
    def fingerprint(self, document_id: str) -> str | None:
        """Return the fingerprint of the report held under ``document_id``, if any."""

    # --- changing ---

    @abstractmethod
    def update(self, put: Iterable[Report] = (), delete: Iterable[str] = ()) -> IndexInfo:
        """Add or replace reports and delete documents, all or nothing.

        Returns when the change is searchable by every reader that opens the index after,
        and durable. Deleting an unknown id does nothing.
        """

    @abstractmethod
    def rebuild(self, reports: Iterable[Report]) -> IndexInfo:
        """Replace the whole content, all or nothing."""

    @abstractmethod
    def refresh(self) -> bool:
        """Serve the newest generation from now on; return whether it changed."""

    # --- keeping ---

    def verify(self) -> IndexInfo:
        """Analyse all texts again and compare; raises ``IndexDamaged`` at the first difference.

        What an engine does not keep itself, it has nothing to say about.
        """
        return self.info()

    def backup(self, target: Path) -> IndexInfo:
        """Copy the current generation to the folder ``target``; raises ``NotSupported``."""
        del target
        raise NotSupported("this engine keeps its data elsewhere: back it up there")

    def restore(self, backup: Path) -> IndexInfo:
        """Replace the whole content by that of a backup; raises ``NotSupported``."""
        del backup
        raise NotSupported("this engine keeps its data elsewhere: restore it there")

    @abstractmethod
    def close(self) -> None:
        """Release files and connections. Results already returned stay usable."""
