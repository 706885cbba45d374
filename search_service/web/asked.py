"""What the address of the search page asks for. ``state.js`` is its twin in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from search_service.models import MODES, SORTS, Mode, Sort
from search_service.web.texts import LANGUAGES

PER_PAGE = 10

FILTERS = ("district", "town", "year", "document")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as the address names it; the names are those of the API."""

    q: str = ""
    mode: Mode = "auto"
    district: tuple[str, ...] = ()
    town: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    view: str = ""
    """``matrix`` for the distribution, else the list of hits."""
    lang: str = LANGUAGES[0]

    @property
    def searches(self) -> bool:
        """Whether there is anything to look up, rather than the empty first page."""
        return bool(
            self.q.strip()
            or self.district
            or self.town
            or self.year
            or self.document
            or self.view
            or self.page > 1
            or self.sort != "relevance"
        )

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the parameters that differ from the default."""
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                values = value if isinstance(value, tuple) else (value,)
                yield from ((field.name, str(item)) for item in values)

    def query(self, **changes: Any) -> str:
        """Return the address's query for this search with ``changes``, from page 1."""
        changed = replace(self, **{"page": 1, **changes})
        return "?" + urlencode(list(changed.pairs())) if changed != Asked() else "?"

    def filters(self) -> Iterator[tuple[str, str]]:
        """Yield every value of every filter."""
        for name in FILTERS:
            yield from ((name, value) for value in getattr(self, name))

    def without(self, name: str, value: str) -> str:
        """Return the query with ``value`` taken out of the filter ``name``."""
        kept = tuple(item for item in getattr(self, name) if item != value)
        return self.query(**{name: kept})

    def unfiltered(self, **changes: Any) -> str:
        """Return the query with ``changes`` and without any filter."""
        return self.query(**dict.fromkeys(FILTERS, ()), **changes)

    def leaving_out(self, name: str) -> str | None:
        """Return the query without the parameter ``name``, or None if typing mends it."""
        if name == "q" or name not in {field.name for field in fields(self)}:
            return None
        return self.query(**{name: getattr(Asked(), name)})

    def export(self, file_format: str) -> str:
        """Return the query that takes all hits of this search from the API."""
        pairs = replace(self, page=1, view="", lang=LANGUAGES[0]).pairs()
        return "?" + urlencode([*pairs, ("format", file_format)])


def read(args: MultiDict[str, str]) -> Asked:
    """Read an address. Unlike the API, a page takes what it does not know for the default."""
    mode, sort = args.get("mode", ""), args.get("sort", "")
    return Asked(
        q=args.get("q", "").strip(),
        mode=mode if mode in MODES else "auto",
        district=_values(args, "district"),
        town=_values(args, "town"),
        year=_values(args, "year"),
        document=_values(args, "document"),
        sort=sort if sort in SORTS else "relevance",
        page=_page(args.get("page", "")),
        view="matrix" if args.get("view") == "matrix" else "",
        lang=language(args),
    )


def _page(text: str) -> int:
    """Return a page's number. One with more digits than are read is beyond every limit anyway."""
    digits = text.lstrip("0")[:9]
    return int(digits) if text.isascii() and text.isdigit() and digits else 1


def language(args: MultiDict[str, str]) -> str:
    """Return the language that an address asks for."""
    asked = args.get("lang", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _values(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in args.getlist(name) if value))
