"""Which administrative divisions there are and how their names begin a text.

Names are looked up from the longest, and only below what was read before them:
after 重庆市 the name 江北区 is Chongqing's, not Ningbo's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from search_service.parsing.data import table

_MAX_NAME = 20
# Names that are also ordinary words: in running text only after their city.
WORDS = ("城区", "郊区", "矿区", "东区", "西区", "城北区", "城东区", "城西区", "城中区", "市郊区")
"""Kept apart from what a text is about."""
_CORPS, _CITIES_OF_CORPS = "66", "6590"
"""新疆生产建设兵团 and its 师, and the cities that they run: 第八师石河子市."""
_SUFFIX = re.compile(r"(?:地区|林区|特区|新区|矿区|[省市区县旗州盟])$")


@dataclass(frozen=True, slots=True)
class Division:
    """A province, prefecture, county or development zone."""

    code: str
    """Six digits of GB/T 2260; H after it marks an abolished one, Z within a zone."""
    name: str
    short: str

    @property
    def rank(self) -> int:
        """1 for a province, 2 for a prefecture, 3 for a county or zone."""
        if "Z" in self.code:
            return 3
        return 1 if self.code[2:6] == "0000" else 2 if self.code[4:6] == "00" else 3

    @property
    def stem(self) -> str:
        """The name without its kind, as in 长沙 for 长沙市."""
        return stem_of(self.short)

    def holds(self, other: Division) -> bool:
        """Whether ``other`` lies inside this division."""
        if self.code[:2] == _CORPS and other.code[:4] == _CITIES_OF_CORPS:
            return True
        if self.code[:2] != other.code[:2] or other.rank <= self.rank:
            return False
        # Counties run by a province, and zones, carry no prefecture of their own.
        loose = "Z" in other.code or other.code[2:4] in ("90", "00") or self.rank == 1
        return loose or self.code[:4] == other.code[:4]


@dataclass(frozen=True, slots=True)
class Chain:
    """Divisions read one after another from the start of a text."""

    divisions: tuple[Division, ...]
    last_start: int
    """Offset of the last of them."""
    end: int
    """Offset after it."""

    @property
    def last(self) -> Division | None:
        """The innermost division."""
        return self.divisions[-1] if self.divisions else None


def stem_of(name: str) -> str:
    """``name`` without 市, 县, 区 and the like, where at least two characters stay."""
    stem = _SUFFIX.sub("", name)
    return stem if len(stem) >= 2 else name


def read_chain(text: str, start: int = 0) -> Chain:
    """The divisions named at ``start``, outermost first: 重庆市南岸区…"""
    divisions: list[Division] = []
    last_start = offset = start
    while found := _next(text, offset, divisions[-1] if divisions else None):
        division, length = found
        divisions.append(division)
        last_start, offset = offset, offset + length
    return Chain(tuple(divisions), last_start, offset)


def _next(text: str, offset: int, parent: Division | None) -> tuple[Division, int] | None:
    names, stems = _names(), _stems()
    for length in range(min(_MAX_NAME, len(text) - offset), 1, -1):
        piece = text[offset : offset + length]
        choices = names.get(piece, ())
        if (division := _choose(choices, parent)) and not _is_town(text, offset + length, piece):
            return division, length
    for length in range(min(5, len(text) - offset), 1, -1):
        piece = text[offset : offset + length]
        division = _choose(stems.get(piece, ()), parent)
        if division is not None and division.rank < 3:
            inner = _next(text, offset + length, division)
            if inner is not None or _names_zone(text, offset + length):
                return division, length
    return None


def _choose(choices: tuple[Division, ...], parent: Division | None) -> Division | None:
    if parent is None:
        return choices[0] if choices else None
    return next((division for division in choices if parent.holds(division)), None)


def _is_town(text: str, end: int, piece: str) -> bool:
    """Whether the name only begins a town's: 城口 in 城口镇, 巴州 in 巴州镇."""
    whole = piece[-1] in "省市县区旗" or (piece[-1] in "州盟" and len(piece) > 2)
    return text[end : end + 1] in ("镇", "乡") and not whole


ZONE = re.compile(
    r"(?P<own>[\u4e00-\u9fff]{0,8}?)(?P<kind>(?:国家级?)?(?:经济技术|高新技术产业|高新技术|经济|旅游|文化旅游|产业|工业|循环经济|综合)?"
    r"(?:开发区|产业园区|工业园区|科技园区|园区|度假区|[试实]验区|合作区|示范区|保税区|管理区|名胜区|风景区)|经开区|高新区|新区|新城)"
    r"(?=(?:开发建设|建设)?管理?委员?会|党工委|人民政府|社会|$|综合|司法|[\u4e00-\u9fff]{2,6}(?:局|街道|镇|办))"
)


def _names_zone(text: str, offset: int) -> bool:
    return ZONE.match(text, offset) is not None


def mentions(text: str) -> Iterator[tuple[int, Chain]]:
    """Every place in ``text`` where a division is named in full, with its offset."""
    offset = 0
    names = _names()
    while offset < len(text) - 1:
        if text[offset : offset + 2] in _prefixes():
            chain = read_chain(text, offset)
            if chain.divisions and text[offset : chain.end] not in WORDS and chain.end > offset:
                if len(chain.divisions) > 1 or text[offset : chain.end] in names:
                    yield offset, chain
                offset = chain.end
                continue
        offset += 1


@cache
def _divisions() -> tuple[tuple[Division, tuple[str, ...]], ...]:
    return tuple(
        (Division(code, name, short), tuple(aliases.split()))
        for code, name, short, aliases in table("divisions")
    )


@cache
def _names() -> dict[str, tuple[Division, ...]]:
    """Divisions by every name; current names come before former ones."""
    current: dict[str, list[Division]] = {}
    former: dict[str, list[Division]] = {}
    for division, aliases in _divisions():
        group = former if division.code.endswith("H") else current
        for name in dict.fromkeys((division.name, division.short)):
            group.setdefault(name, []).append(division)
        for name in aliases:
            former.setdefault(name, []).append(division)
    merged = {name: tuple(found) for name, found in current.items()}
    for name, found in former.items():
        merged[name] = merged.get(name, ()) + tuple(found)
    return merged


@cache
def _stems() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for division, _ in _divisions():
        if division.rank < 3:
            found.setdefault(division.stem, []).append(division)
    return {stem: tuple(divisions) for stem, divisions in found.items()}


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(name[:2] for name in (*_names(), *_stems()))
