"""The tree of a query: chunks, and how they are combined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from search_service.models import PartKind, QueryPart, Synonym


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a chunk: a place, a year, or the text between them."""

    text: str
    kind: PartKind
    folded: str
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """The folded names that stand for a place, as typed and as in facets."""
    years: tuple[int, int] | None = None
    """The first and the last of the years that are meant, mostly the same."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One thing that is asked for."""

    text: str
    """As typed, without the quotation marks around it."""
    folded: str
    words: tuple[str, ...]
    """Its distinct words in order; empty where it has none."""
    quoted: bool = False
    ranking: tuple[str, ...] = ()
    """The distinct words of a quoted text: they rank what it finds, but find nothing."""
    sentence: bool = False
    """A question or sentence: also matched by how much of it a section covers."""
    synonyms: tuple[Synonym, ...] = ()
    """What helps if it is a sentence, or if nothing is found."""
    other_words: tuple[str, ...] = ()
    """The distinct words of ``synonyms`` that are not among its own."""
    parts: tuple[Part, ...] = ()
    """Its pieces in order where a place or a year was recognised in it, else none."""

    def shown_parts(self) -> tuple[QueryPart, ...]:
        """Return ``parts`` for display."""
        return tuple(QueryPart(part.text, part.kind) for part in self.parts)


@dataclass(frozen=True, slots=True)
class And:
    """All of ``parts`` must match; ``Not`` parts exclude."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of ``parts`` must match."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Excludes what ``part`` matches in a section's own text."""

    part: Node


Node = Chunk | And | Or | Not


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """How a query was read."""

    q: str
    tree: Node | None
    """``None`` browses: it matches every section."""
    warnings: tuple[str, ...] = ()

    def chunks(self) -> Iterator[tuple[Chunk, bool]]:
        """Yield every chunk in the order typed, and whether it excludes."""
        return _chunks(self.tree, False)

    def wanted(self) -> list[Chunk]:
        """Return the chunks that do not exclude."""
        return [chunk for chunk, exclude in self.chunks() if not exclude]


def _chunks(node: Node | None, exclude: bool) -> Iterator[tuple[Chunk, bool]]:
    if isinstance(node, Chunk):
        yield node, exclude
    elif isinstance(node, Not):
        yield from _chunks(node.part, not exclude)
    elif node is not None:
        for part in node.parts:
            yield from _chunks(part, exclude)
