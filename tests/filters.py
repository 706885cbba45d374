"""What filters mean, in plain Python."""

from __future__ import annotations

from search_service.models import Document, Filters


def accepts(filters: Filters, document: Document, ignore: str | None = None) -> bool:
    """Whether ``document`` passes every field of ``filters`` but the one named ``ignore``."""
    year = document.year
    return (
        (ignore == "district" or not filters.district or document.district in filters.district)
        and (ignore == "town" or not filters.town or document.town in filters.town)
        and (
            ignore == "year"
            or not filters.year
            or any(
                year is None if span is None else year is not None and year in span
                for span in filters.year
            )
        )
        and (ignore == "document" or not filters.document or document.id in filters.document)
    )
