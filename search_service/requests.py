"""What a search is asked with: the request, its filters from plain values, its limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from search_service.config import Settings
from search_service.errors import InvalidRequest
from search_service.models import MODES, SORTS, UNKNOWN, Filters, Mode, Sort, YearRange

MAX_PER_PAGE = 100
"""Hits or documents of one page at most."""

_YEARS = re.compile(r"(?=.*[0-9])(?P<first>[0-9]{4})?(?:(?P<dots>\.\.)(?P<last>[0-9]{4})?)?")


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
    if not isinstance(request.q, str):
        errors["q"] = ["must be text"]
    elif len(request.q) > settings.max_query_length:
        errors["q"] = [
            f"has {len(request.q)} characters; at most {settings.max_query_length} are allowed"
        ]
    if request.mode not in MODES:
        errors["mode"] = [f"must be one of {', '.join(MODES)}"]
    if request.sort not in SORTS:
        errors["sort"] = [f"must be one of {', '.join(SORTS)}"]
    errors |= _wrong_window(request.page, request.per_page, settings.max_window)
    if errors:
        raise InvalidRequest(errors)


def _wrong_window(page: object, per_page: object, largest: int) -> dict[str, list[str]]:
    """Return what is wrong with the page that is asked for."""
    sizes = {"page": page, "per_page": per_page}
    wrong = {name: ["must be a whole number"] for name, n in sizes.items() if type(n) is not int}
    if not isinstance(page, int) or not isinstance(per_page, int) or wrong:
        return wrong
    if page < 1:
        wrong["page"] = ["must be 1 or more"]
    if not 1 <= per_page <= MAX_PER_PAGE:
        wrong["per_page"] = [f"must be from 1 to {MAX_PER_PAGE}"]
    elif page * per_page > largest:
        wrong["page"] = [f"page × per_page must not exceed {largest}; use export for all hits"]
    return wrong


Year = int | str | YearRange


def make_filters(
    district: Iterable[str | None] | str | None = (),
    town: Iterable[str | None] | str | None = (),
    year: Iterable[Year | None] | Year | None = (),
    document: Iterable[str] | str | None = (),
) -> Filters:
    """Build filters from plain values; raises ``InvalidRequest`` for an unreadable year.

    A single value is taken as a list of one, and ``None`` as no filter.
    """
    return Filters(
        tuple(None if value == UNKNOWN else value for value in _listed(district)),
        tuple(None if value == UNKNOWN else value for value in _listed(town)),
        tuple(_year(value) for value in _listed(year)),
        tuple(_listed(document)),
    )


def _listed(values: Any) -> Iterable[Any]:
    if values is None:
        return ()
    return (values,) if isinstance(values, (str, int, YearRange)) else values


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
    if first and last and first > last:
        raise InvalidRequest({"year": [f"{first}..{last} ends before it begins"]})
    return YearRange(int(first) if first else None, int(last) if last else None)
