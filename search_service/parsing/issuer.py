"""What the phrase that names an issuer says: 重庆市南岸区涂山镇人民政府.

The phrase is read from its start: divisions from the outermost, then a town or
a development zone, then the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search_service.parsing.normal import normal
from search_service.parsing.places import ZONE, Chain, Division, read_chain, stem_of

_ORGAN_WORD = (
    r"(?:人民政府|政府|办事处|党工委|党委|工委|委员会|街道|综合|司法所|人大|机关|管委会|办(?!学))"
)
_TOWN = re.compile(
    rf"(?:[区县市旗]?(?:人民)?政府(?!路|街(?!道))|管委会|管理委员会|党工委)?(?P<name>[\u4e00-\u9fff·]{{1,12}}?(?:街道|镇|乡|苏木|地区(?=办事处)))"
    rf"(?={_ORGAN_WORD}|$|关于|党政)"
)
# Some cities call a subdistrict 街 or 地区; believed only behind its county.
_STREET = re.compile(
    rf"(?P<name>[\u4e00-\u9fff]{{2,5}}街|(?!部分|其他|周边|农村)[\u4e00-\u9fff]{{2,4}}(?<!山)地区)(?={_ORGAN_WORD}|$)"
)
# 法治政府 is what is built, no body.
ORGAN = re.compile(
    r"(?:人民政府|(?<!法[治制])政府|委员会|管委会|[党工省市区县州旗盟]委|[省市区县州旗盟道府委]办|办事处|办公室|小组|公所|行政公署|(?<![大全格布开])局|[厅署院]"
    r"|(?<![全内外干局底头上下中东西南北基大本各])部|总队|支队|大队|(?<!围绕)(?<!人民为)中心|公司|司法所)$"
)
"""How the name of a public body ends."""
_BODY = re.compile(
    r"(?:人民政府|政府|委员会|委|管委会|党|办事处|办公室|公署|[\u4e00-\u9fff、]{2,24}?(?:局|厅|办|中心|总队|支队|大队|院|署))"
)
# Words that say which towns are meant. Names begin with them too: 两路街道, 全德街道, 多宝镇.
_WHICH = r"(?:[各全本该我两几多个省市区县]|所有|全部|全体|多数|部分|个别|其[他余它]|有关|相关)"
_COUNTED = r"[\d一二三四五六七八九十百两几多首各每整这那][个批条]"
# Kinds of towns, numbers of towns, and 我镇: no names. 金乡镇 and 古城乡 are.
_NO_TOWN = re.compile(
    rf"^{_WHICH}*(?:街道|[乡镇村街城])+$|^[旗州](?:街道|镇|乡)$|^[各全本该我][省市区县]|^我们"
    rf"|..(?:乡镇|城乡)$|关于|{_COUNTED}|所有"
    r"|(?:重点|建制|特色小|卫生|示范|先进|试点|[省市县区]级)(?:街道|镇|乡)$"
)
_PLACEHOLDER = re.compile(r"某|[xX×*＊○△□?？]{1,}|[ＸＯ]{1,}")
_BRANCH = re.compile(r"[\u4e00-\u9fff]{2,12}局(?P<where>[\u4e00-\u9fff]{2,8})分局")
"""A branch that a city's bureau has in a county: 市公安局渝北区分局, 市生态环境局贺兰分局."""
_ZONE_AND_COUNTY = re.compile(
    r"[\u4e00-\u9fff]{2,24}区\((?P<county>[\u4e00-\u9fff]{2,8}[区县市])\)"
)
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
    text = _of_county(text.removeprefix("中共").removeprefix("中国共产党"))
    chain = read_chain(text)
    if branch := _branch(text, chain):
        return branch
    last, rest = chain.last, text[chain.end :]
    district, division = (last.short, last) if last else (None, None)
    zone = ZONE.match(rest) if last is None or last.rank < 3 else None
    if zone is not None:
        rest = rest[zone.end() :]
        # In running text 示范区 and the like are distinctions before they are places.
        named = zone["own"] and (
            not whole or rest.startswith(("管", "开发建设管", "建设管", "党工委"))
        )
        if named or last is not None:
            district, division = _zone_name(zone, last), None
    rest, town = _town(rest, behind_county=last is not None and last.rank == 3)
    if whole and rest and not _BODY.match(rest):
        return Place()
    own = text[chain.last_start : chain.end]
    former = own if last and not _spelled_as(last, own) else None
    return Place(district, division, town["name"] if town else None, former)


def _of_county(text: str) -> str:
    """``text`` with the county instead of the zone that it runs: 青岛西海岸新区（黄岛区）."""
    both = _ZONE_AND_COUNTY.match(text)
    if both is None:
        return text
    outer = text[: read_chain(text).end]
    county = read_chain(outer + both["county"])
    if county.last is None or county.last.rank < 3 or county.end < len(outer + both["county"]):
        return text
    return outer + both["county"] + text[both.end() :]


def _branch(text: str, chain: Chain) -> Place | None:
    """The county where the branch of a city's bureau is, if it is named after one."""
    branch = _BRANCH.match(text, chain.end) if chain.last and chain.last.rank < 3 else None
    if branch is None:
        return None
    for kind in ("", "区", "县", "市"):
        name = f"{text[: chain.end]}{branch['where']}{kind}"
        inner = read_chain(name)
        if inner.end == len(name) and inner.last is not None and inner.last.rank == 3:
            return Place(inner.last.short, inner.last)
    return None


def _town(text: str, *, behind_county: bool) -> tuple[str, re.Match[str] | None]:
    """What follows the town that ``text`` begins with, and the town."""
    zone = ZONE.match(text) if behind_county else None
    # A county's own zone may stand before its town: 双桥经开区通桥街道.
    for start in (zone.end(), 0) if zone else (0,):
        piece = text[start:]
        town = _TOWN.match(piece) or (_STREET.match(piece) if behind_county else None)
        if town is not None and not _not_a_town(town["name"]):
            return piece[town.end() :], town
    return text, None


def _spelled_as(division: Division, written: str) -> bool:
    """Whether ``written`` is a form of the name of today, such as 酉阳自治县 or 科左后旗."""
    if written in (division.name, division.short, division.stem):
        return True
    # A short form takes characters of the name in their order, down to its kind.
    rest = iter(division.name)
    return written[-1] == division.name[-1] and all(char in rest for char in written)


def _not_a_town(name: str) -> bool:
    return bool(_PLACEHOLDER.search(name) or _NO_TOWN.search(name))


def _zone_name(zone: re.Match[str], last: Division | None) -> str:
    """What a zone is called: 合肥高新区, 南京江北新区, but 雄安新区 without its province."""
    name = zone["own"] + zone["kind"]
    generic = zone["own"] in ("", "国家级", "国家")
    if last is not None and generic:
        name = stem_of(last.short) + zone["kind"].removeprefix("国家级")
    elif last is not None and last.rank == 2:
        name = last.stem + name
    for long, short in _SHORTER:
        name = name.replace(long, short)
    return name


_ANCHOR = re.compile(
    r"^(?:《)?|关于(?:报送|印发|呈报|上报|公布|发布|公开|转发)?《?|^国家[\u4e00-\u9fff]{2,8}?局|(?:19|20)\d\d年(?:度|以来|[上下]半年)?|[、》：:)）\]】—-]|中共"
)
_AFTER_ISSUER = r"关于|(?:19|20)\d\d|贯彻|落实|开展|上半年|年度|的|《"
_SUBJECT = r"法[治制]|依法|推进|全面|行政执法|工作"
_END_OF_ISSUER = re.compile(rf"{_AFTER_ISSUER}|{_SUBJECT}")
_END_OF_LONG_ISSUER = re.compile(_AFTER_ISSUER)
_LONG_ISSUER = re.compile(
    r"[\u4e00-\u9fff、]{2,40}"
    r"(?:人民政府|委员会|[省市区县州旗盟道府委]办|办公室|办事处|小组|厅|(?<![大全格布开])局|总队|支队|大队)"
    r"(?:\([\u4e00-\u9fff]{2,20}\))?"
    rf"(?={_SUBJECT}|$)"
)
"""A body whose name may itself hold the subject: …推进法治政府建设工作领导小组办公室."""
_MAX_ISSUER = 60


def issuer_of(title: str) -> tuple[Place, str | None]:
    """The place and body that a title names, the body as written."""
    text = normal(title)
    body: str | None = None
    for anchor in _ANCHOR.finditer(text):
        start = anchor.end()
        phrase = text[start : _end(_END_OF_ISSUER, text, start)]
        body = body or _body(title, text, start, phrase)
        if len(phrase) >= 2 and (place := read_place(phrase)):
            return place, body
    return Place(), body


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    limit = min(len(text), start + _MAX_ISSUER)
    match = pattern.search(text, start, limit)
    return match.start() if match else limit


def _body(title: str, text: str, start: int, phrase: str) -> str | None:
    """The body named at ``start``, where ``phrase`` ends at the first word of the subject."""
    long = _LONG_ISSUER.match(text, start, _end(_END_OF_LONG_ISSUER, text, start))
    if long is not None:
        return _as_written(title, text, start, long[0])
    if len(phrase) >= 2 and ORGAN.search(phrase):
        return _as_written(title, text, start, phrase)
    return None


def _as_written(title: str, text: str, start: int, phrase: str) -> str:
    """``phrase`` in the title's own characters, where they map one to one."""
    compact = re.sub(r"\s+", "", title)
    if len(compact) != len(text):
        return phrase
    return compact[start : start + len(phrase)]


def is_body(phrase: str) -> bool:
    """Whether a whole line is the name of a public body."""
    return (
        bool(ORGAN.search(phrase))
        and len(phrase) <= 40
        and not re.search(r"[，。：；,:;|]", phrase)
    )
