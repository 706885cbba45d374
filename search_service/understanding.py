"""What a query means beyond its words: places and years.

Recognising never restricts. A chunk in which a place or a year is recognised may also be
answered in pieces: the place by title, district, town or path, the year by the year
that a document reports on (``query.OfYear``). That year counts as context although
some titles do not name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from operator import itemgetter

from search_service.analysis import Segmenter, fold
from search_service.engines.base import Engine
from search_service.parsing.places import mentions
from search_service.query import And, Chunk, Node, Or, ParsedQuery, Part, plan

_BARE_YEARS = re.compile(
    r"(?:(?P<first>(?:19|20)[0-9]{2})(?:年度?)?(?:[-－–~～至到]|—+))?(?P<last>(?:19|20)[0-9]{2})"
)
_QUANTITY = re.compile(
    r"(?!多元)[余多万亿千百]*(?:[人件户批场]次|平方公里|[平立]方米|公里|公顷|公斤|千克|小时|分钟"
    r"|以[上下内]|左右|个[村镇部]?|[名人元项次户份家批场条件吨米亩字所座台辆天位号处间只张本册页秒度倍岁"
    r"日月期届例宗起支组套栋斤里年])?"
)
"""Words that make a quantity of the number before them."""
_LAST = 2099
"""The last year that a query may name: all years of a range are looked for in every hit."""
_COUNTED = "第超过近共达约满逾至到为"
"""What stands before a number that is no year: 超过2000, 第2020."""
_YEARS = re.compile(
    rf"(?<![0-9]){_BARE_YEARS.pattern}年度?(?!(?:十?[0-9一二三四五六七八九]{{1,2}}|十)月)"
    "(?P<since>以来|及?以后|之后|至今)?"
)
_FIGURES_OF_YEARS = re.compile("[０-９]+|[〇零○一二三四五六七八九]{4,}")
_FIGURES = str.maketrans("０１２３４５６７８９〇零○一二三四五六七八九", "0123456789000123456789")
"""Other signs for figures: 二〇二三年 is 2023年."""
_TOWN = re.compile("[镇乡]|街道|苏木")
_KINDS = "区县市旗"
"""What people leave out of a district's name."""
_CONNECTING = " 的和与及或在、，,—-~至到/：:()（）"
"""What stands between places, years and text without being asked for."""
_LISTING = "、，,"
"""What stands between years without 年: 2022、2023."""

_Piece = tuple[int, int, tuple[str, ...], tuple[int, int] | None]
"""Start, end, names of a place, first and last year."""


@dataclass(frozen=True, slots=True)
class Held:
    """The places and years of one generation of an index."""

    generation: str
    districts: frozenset[str]
    short: Mapping[str, str]
    """The districts by their names without 区 and the like: 酉阳 for 酉阳县."""
    newest: int
    """The last year that is reported on, up to ``_LAST``; 0 if none is known."""


class Places:
    """The names of places: all divisions, and the districts and towns of an index."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held = Held("", frozenset(), {}, 0)
        self._towns: tuple[str, frozenset[str]] = ("", frozenset())

    def held(self) -> Held:
        """Return what the documents of the index are about."""
        generation = self._engine.info().generation
        if self._held.generation != generation:
            everything = plan(ParsedQuery("", None), "auto")
            found = self._engine.search(everything, limit=0, facets=("district", "year")).facets
            districts = frozenset(str(name) for name in found["district"] if name)
            short = {name[:-1]: name for name in districts if len(name) > 2 and name[-1] in _KINDS}
            years = (year for year in found["year"] if isinstance(year, int) and year <= _LAST)
            self._held = Held(generation, districts, short, max(years, default=0))
        return self._held

    def towns(self) -> frozenset[str]:
        """Return the towns of the index."""
        generation = self._engine.info().generation
        if self._towns[0] != generation:
            self._towns = (generation, self._engine.towns())
        return self._towns[1]

    def find(self, text: str, segmenter: Segmenter) -> Iterator[_Piece]:
        """Yield the places that ``text`` names; 酉阳 is 酉阳县 if that is in the index.

        But 重庆 of 重庆大学 is a part of a word.
        """
        held = self.held()
        own = held.districts
        if _TOWN.search(text):
            own |= self.towns()
        for name in own:
            start = text.find(name)
            if start >= 0:
                yield start, start + len(name), (name,), None
        if any(name in text for name in held.short):
            at = 0
            for piece in segmenter.pieces(text):
                if piece in held.short:
                    yield at, at + len(piece), (held.short[piece],), None
                at += len(piece)
        for start, chain in mentions(text):
            last = chain.last
            if last is not None:
                typed = text[start : chain.end]
                yield start, chain.end, (typed, last.short, last.name), None


def recognise(parsed: ParsedQuery, places: Places, segmenter: Segmenter) -> ParsedQuery:
    """Return ``parsed`` with the parts of the chunks that name a place or a year."""

    def visit(node: Node) -> Node:
        if isinstance(node, Chunk):
            return node if node.quoted else replace(node, parts=_parts(node, places, segmenter))
        if isinstance(node, (And, Or)):
            return replace(node, parts=tuple(visit(part) for part in node.parts))
        return node  # what excludes is not read in pieces

    return parsed if parsed.tree is None else replace(parsed, tree=visit(parsed.tree))


def _parts(chunk: Chunk, places: Places, segmenter: Segmenter) -> tuple[Part, ...]:
    text = chunk.text
    figures = _FIGURES_OF_YEARS.sub(lambda match: match[0].translate(_FIGURES), text)
    named = [_years_in(match, places) for match in _YEARS.finditer(figures)]
    pieces = _disjoint([*places.find(text, segmenter), *named])
    while bare := [
        year for span in _rest(text, pieces) for year in _bare_years(figures, *span, segmenter)
    ]:
        # And once more in what is left: 2022和2023.
        pieces = sorted([*pieces, *bare], key=itemgetter(0))
    if not pieces:
        return ()
    found = [_part(text, piece) for piece in pieces]
    for start, end in _rest(text, pieces):
        piece_text = text[start:end]
        words = tuple(dict.fromkeys(segmenter.words(piece_text)))
        found.append((start, Part(piece_text, "text", fold(piece_text), words)))
    return tuple(part for _, part in sorted(found, key=lambda item: item[0]))


def _part(text: str, piece: _Piece) -> tuple[int, Part]:
    start, end, names, years = piece
    typed = text[start:end]
    folded = tuple(dict.fromkeys(map(fold, names)))
    return start, Part(typed, "place" if names else "year", fold(typed), (), folded, years)


def _bare_years(figures: str, start: int, end: int, segmenter: Segmenter) -> Iterator[_Piece]:
    """Yield the years without 年 at the two ends of what is neither place nor year.

    People type them before and after what they ask for. 2000余件 and 超过2000 are none.
    """
    first = _BARE_YEARS.match(figures, start, end)
    if first is not None and _ends_year(figures[first.end() : end], segmenter):
        yield _years_in(first)
        start = first.end()
    for last in _BARE_YEARS.finditer(figures, start, end):
        before = figures[last.start() - 1]
        joined = _is_ideograph(before) and before not in _COUNTED
        if last.end() == end and (joined or before in _LISTING):
            yield _years_in(last)


def _ends_year(following: str, segmenter: Segmenter) -> bool:
    """Return whether a number before ``following`` is a year, and not a part of it."""
    if not following or following[0] in _LISTING:
        return True
    if not _is_ideograph(following[0]):
        return False
    return _QUANTITY.fullmatch(segmenter.pieces(following)[0]) is None


def _is_ideograph(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _years_in(match: re.Match[str], places: Places | None = None) -> _Piece:
    """Return a year or the years from one to another; 以来 ends with the newest of the index."""
    last = int(match["last"])
    first = int(match["first"] or last)
    if places is not None and match["since"] is not None:
        first, last = last, max(last, places.held().newest)
    return match.start(), match.end(), (), (min(first, last), max(first, last))


def _disjoint(pieces: list[_Piece]) -> list[_Piece]:
    """Keep the longest of those that overlap, in order."""
    kept: list[_Piece] = []
    for piece in sorted(pieces, key=lambda piece: (piece[0] - piece[1], piece[0])):
        if all(piece[1] <= other[0] or other[1] <= piece[0] for other in kept):
            kept.append(piece)
    return sorted(kept, key=lambda piece: piece[0])


def _rest(text: str, pieces: list[_Piece]) -> list[tuple[int, int]]:
    """Return what ``pieces`` leave of ``text``, without what only connects."""
    rest = []
    at = 0
    for start, end in [*((piece[0], piece[1]) for piece in pieces), (len(text), len(text))]:
        stripped = text[at:start].strip(_CONNECTING)
        if fold(stripped):
            first = text.index(stripped, at)
            rest.append((first, first + len(stripped)))
        at = end
    return rest
