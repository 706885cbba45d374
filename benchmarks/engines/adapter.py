"""What the benchmark asks of an engine. Imports nothing outside the standard library."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Query:
    kind: str
    """``term``, ``and`` or ``literal``."""
    words: tuple[str, ...] = ()
    """All of them must be among a section's words."""
    text: str = ""
    """Must be a substring of a section's folded own text."""


@dataclass(frozen=True)
class Source:
    rows: Path
    corpus: Path
    """What the rows were made from."""


@dataclass(frozen=True)
class Answer:
    """What must be the same in every engine."""

    total: int
    district: Mapping[str, int]
    """Number of hits per value, the empty string where there is none; no zeros."""
    year: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


Way = Callable[[], Any]
"""Answers one query: top 10, total, both facets. What it returns is read by ``read``."""


class Adapter(ABC):
    @abstractmethod
    def build(self, source: Source, directory: Path) -> None:
        """Index ``source`` in an empty directory."""

    @abstractmethod
    def open(self, directory: Path) -> None: ...

    @abstractmethod
    def ways(self, query: Query) -> Sequence[Way]:
        """Return one or more ways to answer; of several the fastest counts."""

    @abstractmethod
    def read(self, result: Any) -> Answer:
        """Turn what a way returned into an answer; not timed."""
