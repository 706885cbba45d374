"""What the phrase that names an issuer says: 重庆市南岸区涂山镇人民政府.

The phrase is read from its start: divisions from the outermost, then a town or
a development zone, then the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search_service.parsing.normal import normal
from search_service.parsing.places import ZONE, Division, read_chain, stem_of

_ORGAN_WORD = (
    r"(?:人民政府|政府|办事处|党工委|党委|工委|委员会|街道|综合|司法所|人大|机关|管委会|办(?!学))"
)
_TOWN = re.compile(
    rf"(?:[区县市旗]?(?:人民)?政府)?(?P<name>[\u4e00-\u9fff·]{{1,12}}?(?:街道|镇|乡|苏木|地区(?=办事处)))"
    rf"(?={_ORGAN_WORD}|$|关于|党政)"
)
# Some cities call a subdistrict 街; believed only behind its county.
_STREET = re.compile(rf"(?P<name>[\u4e00-\u9fff]{{2,5}}街)(?={_ORGAN_WORD}|$)")
_ORGAN = re.compile(
    r"(?:人民政府|政府|委员会|管委会|党工委|办事处|办公室|公所|行政公署|[局厅署院]|总队|支队|大队|中心|公司|司法所)$"
)
_BODY = re.compile(
    r"(?:人民政府|政府|委员会|委|管委会|党|办事处|办公室|公署|[\u4e00-\u9fff、]{2,24}?(?:局|厅|办|中心|总队|支队|大队|院|署))"
)
# Kinds of towns, numbers of towns, and 我镇: no names.
_NO_TOWN = re.compile(
    r"[各全城]乡$|^[各全本我该两几多]|乡镇$|关于|^[省市区县旗州](?:街道|镇|乡)$|[个批]|所有"
    r"|(?:重点|建制|特色小|卫生|示范|先进|试点|[省市县区]级)(?:街道|镇|乡)$"
)
_PLACEHOLDER = re.compile(r"某|[xX×*＊○△□?？]{1,}|[ＸＯ]{1,}")
_SHORTER = (
    ("经济技术开发区", "经开区"),
    ("高新技术产业开发区", "高新区"),
    ("高新技术开发区", "高新区"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report comes from, as far as one phrase says."""

    district: str | None = None
    division: Division | None = None
    """The division that ``district`` names; None for a development zone."""
    town: str | None = None
    former: str | None = None
    """The name as written, where the division has another one today."""

    def __bool__(self) -> bool:
        return self.district is not None or self.town is not None


def read_place(text: str, *, whole: bool = False) -> Place:
    """The place named at the start of ``text`` (normalised).

    ``whole`` accepts it only if nothing but a body follows.
    """
    if _PLACEHOLDER.search(text[:8]):
        return Place()
    text = text.removeprefix("中共")
    chain = read_chain(text)
    last, written, rest = chain.last, text[: chain.end], text[chain.end :]
    district, division = (last.short, last) if last else (None, None)
    zone = ZONE.match(rest) if last is None or last.rank < 3 else None
    if zone is not None:
        rest = rest[zone.end() :]
        # In running text 示范区 and the like are distinctions before they are places.
        named = zone["own"] and (not whole or rest.startswith(("管", "党工委")))
        if named or last is not None:
            by_stem = last is not None and written.endswith(last.stem)
            district, division = _zone_name(zone, last, by_stem=by_stem), None
    town = _town(rest, behind_county=last is not None and last.rank == 3)
    rest = rest[town.end() :] if town else rest
    if whole and rest and not _BODY.match(rest):
        return Place()
    former = written if last and not _spelled_as(last, written) else None
    return Place(district, division, town["name"] if town else None, former)


def _town(text: str, *, behind_county: bool) -> re.Match[str] | None:
    town = _TOWN.match(text) or (_STREET.match(text) if behind_county else None)
    return None if town is None or _not_a_town(town["name"]) else town


def _spelled_as(division: Division, written: str) -> bool:
    """Whether ``written`` is a form of the name of today, such as 酉阳自治县 or 科左后旗."""
    own = (division.name, division.short, division.stem)
    return written.endswith((*own, "自治县", "自治州", "旗"))


def _not_a_town(name: str) -> bool:
    return bool(_PLACEHOLDER.search(name) or _NO_TOWN.search(name))


def _zone_name(zone: re.Match[str], last: Division | None, *, by_stem: bool) -> str:
    """What a zone is called: 合肥高新区, 成都东部新区, but 雄安新区 without its province."""
    name = zone["own"] + zone["kind"]
    generic = zone["own"] in ("", "国家级", "国家")
    if last is not None and generic:
        name = stem_of(last.short) + zone["kind"].removeprefix("国家级")
    elif last is not None and by_stem and last.rank == 2:
        name = last.stem + name
    for long, short in _SHORTER:
        name = name.replace(long, short)
    return name


_ANCHOR = re.compile(
    r"^(?:《)?|关于(?:报送|印发|呈报|上报|公布|发布|公开|转发)?《?|^国家[\u4e00-\u9fff]{2,8}?局|(?:19|20)\d\d年(?:度)?|[、》：:)）\]】—-]|中共"
)
_END_OF_ISSUER = re.compile(
    r"关于|(?:19|20)\d\d|法治|依法|法制|贯彻|推进|落实|开展|全面|上半年|行政执法|工作|年度|的|《"
)


def issuer_of(title: str) -> tuple[Place, str | None]:
    """The place and body that a title names, the body as written."""
    text = normal(title)
    body: str | None = None
    for anchor in _ANCHOR.finditer(text):
        start = anchor.end()
        end = _END_OF_ISSUER.search(text, start)
        phrase = text[start : end.start() if end else len(text)]
        if len(phrase) < 2:
            continue
        organ = _as_written(title, text, start, phrase) if _ORGAN.search(phrase) else None
        if place := read_place(phrase):
            return place, body or organ
        body = body or organ
    return Place(), body


def _as_written(title: str, text: str, start: int, phrase: str) -> str:
    """``phrase`` in the title's own characters, where they map one to one."""
    compact = re.sub(r"\s+", "", title)
    if len(compact) != len(text):
        return phrase
    return compact[start : start + len(phrase)]


def is_body(phrase: str) -> bool:
    """Whether a whole line is the name of a public body."""
    return (
        bool(_ORGAN.search(phrase)) and len(phrase) <= 40 and not re.search(r"[，。：；]", phrase)
    )
