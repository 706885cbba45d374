"""The five seed reports: where they lie, and what plain Python says of them."""

from __future__ import annotations

from pathlib import Path

from search_service.analysis import fold
from search_service.models import Document, SearchResult, Section

SEEDS = Path(__file__).parent.parent / "seeds"

Entry = tuple[Document, Section, str]
"""A document, one of its sections, and the fold of the section's own text."""


def holding(entries: list[Entry], text: str) -> set[str]:
    """Return the ids of the sections that contain ``text``."""
    needle = fold(text)
    return {section.id for _, section, folded in entries if needle in folded}


def ids(result: SearchResult) -> list[str]:
    """Return the ids of the hits in their order."""
    return [hit.section.id for hit in result.hits]
