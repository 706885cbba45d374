"""How a query was read: what it asks, and what was searched for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from search_service.models import Mode, Synonym
from search_service.query.plans import Plan
from search_service.query.tree import Chunk, ParsedQuery


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query was read, and the plan that answers it."""

    parsed: ParsedQuery
    mode: Mode
    plan: Plan
    warnings: tuple[str, ...]
    relaxed: bool = False
    """Nothing matches as asked, so ``plan`` asks for any of the words, and finds something."""
    meant: str | None = None
    """The query that may have been meant, where nothing matches this one literally."""

    def synonyms(self) -> tuple[Synonym, ...]:
        """Return the synonyms that were searched."""
        used = [chunk.synonyms for chunk in self.parsed.wanted() if self._widened(chunk)]
        return tuple(dict.fromkeys(synonym for synonyms in used for synonym in synonyms))

    def others(self, chunk: Chunk) -> tuple[str, ...]:
        """Return the words of synonyms by which a wanted chunk was searched too."""
        return chunk.other_words if self._widened(chunk) else ()

    def marked(self) -> list[Chunk]:
        """Return the chunks to mark, with no more words than were searched."""
        wanted = self.parsed.wanted()
        if self.mode == "literal":
            return [replace(chunk, words=(), other_words=()) for chunk in wanted]
        return [
            replace(chunk, other_words=())
            if chunk.other_words and not self._widened(chunk)
            else chunk
            for chunk in wanted
        ]

    def _widened(self, chunk: Chunk) -> bool:
        return self.mode == "auto" and (chunk.sentence or self.relaxed)
