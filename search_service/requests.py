"""What a search is asked with: the request, its filters from plain values, its limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from search_service.config import Settings
from search_service.errors import InvalidRequest
from search_service.models import MODES, SORTS, Filters, Mode, Sort, YearRange

MAX_PER_PAGE = 100

_YEARS = re.compile(r"(?=.*[0-9])(?P<first>[0-9]{4})?(?:(?P<dots>\.\.)(?P<last>[0-9]{4})?)?")

UNKNOWN = "未知"
"""How a missing district, town or year is written in filters."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as asked for; ``SearchService.search`` checks it."""

    q: str = ""
    mode: Mode = "auto"
    filters: Filters = Filters()
    sort: Sort = "relevance"
    page: int = 1
    per_page: int = 10
    synonyms: bool = True


def check(request: SearchRequest, settings: Settings) -> None:
    """Raise ``InvalidRequest`` where ``request`` is out of the limits."""
    errors: dict[str, list[str]] = {}
    if len(request.q) > settings.max_query_length:
        errors["q"] = [
            f"has {len(request.q)} characters; at most {settings.max_query_length} are allowed"
        ]
    if request.mode not in MODES:
        errors["mode"] = [f"must be one of {', '.join(MODES)}"]
    if request.sort not in SORTS:
        errors["sort"] = [f"must be one of {', '.join(SORTS)}"]
    if request.page < 1:
        errors["page"] = ["must be 1 or more"]
    if not 1 <= request.per_page <= MAX_PER_PAGE:
        errors["per_page"] = [f"must be from 1 to {MAX_PER_PAGE}"]
    elif request.page * request.per_page > settings.max_window:
        errors["page"] = [
            f"page × per_page must not exceed {settings.max_window}; use export for all hits"
        ]
    if errors:
        raise InvalidRequest(errors)


def make_filters(
    district: Iterable[str | None] = (),
    town: Iterable[str | None] = (),
    year: Iterable[int | str | YearRange | None] = (),
    document: Iterable[str] = (),
) -> Filters:
    """Build filters from plain values; raises ``InvalidRequest`` for an unreadable year."""
    return Filters(
        tuple(None if value == UNKNOWN else value for value in district),
        tuple(None if value == UNKNOWN else value for value in town),
        tuple(_year(value) for value in year),
        tuple(document),
    )


def _year(value: int | str | YearRange | None) -> YearRange | None:
    if value is None or value == UNKNOWN:
        return None
    if isinstance(value, YearRange):
        return value
    match = _YEARS.fullmatch(str(value))
    if match is None:
        shown = repr(str(value)[:20])
        raise InvalidRequest(
            {"year": [f"{shown} is not a year such as 2023 or a range such as 2020..2024"]}
        )
    first, dots, last = match["first"], match["dots"], match["last"]
    if not dots:
        last = first
    return YearRange(int(first) if first else None, int(last) if last else None)
