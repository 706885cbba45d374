"""Which place a report comes from.

Asked in this order, so that the strongest statement wins: the title, the letterhead,
现将…报告如下, the subject of the introduction, the congress that the report was given to, the
signature, and last the one division that the whole text keeps naming. Addressees,
publishers, hosts and contact lines are never asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from search_service.parsing.issuer import Place, is_body, issuer_of, read_place
from search_service.parsing.normal import normal
from search_service.parsing.places import WORDS, Division, mentions
from search_service.parsing.signature import Signature

_QUOTED = re.compile(r"《[^《》]*》|（[^（）]*）|\([^()]*\)|【[^【】]*】|“[^“”]*”")
_LEAD = re.compile(
    r"^(?:(?:在|自)?(?:20|19)\d\d年(?:度|以来|来)*|今年(?:以来)?|一年来|近年来|全年)"
)
_VERB = re.compile(
    r"坚持|认真|深入|全面|紧[紧扣密]|围绕|始终|立足|积极|扎实|持续|严格|按照|根据|切实|高度|聚焦|推[进动]|贯彻|落实|学习|进一步"
    r"|不断|坚决|牢[固牢]|着力|深化|统筹|大力|对照|以|在|法[治制]|依法|被|(?<!中)共|突出|强化|加[强快]|主动|充分|各|党员|深刻|奋力|锚定"
    r"|把|将|结合|严守|有效|稳步|努力|抢抓|抓|牢|通过|是|紧|继续|加大|20\d\d年|19\d\d年|年度|的|注重|就"
)
_REPORTED = re.compile(
    r"(?:现|兹|特)?(?:将|就|对|把)([^。；，]{2,60}?)(?:(?:20|19)\d\d年|法治|依法|工作|贯彻|本年度|有关|相关|情况)[^。；]{0,80}如下"
)
_CLAUSES = 10
_SESSION = re.compile(
    r"[(（—–-]{0,4}(?:19|20)\d\d年\d{1,2}月\d{1,2}日在?([\u4e00-\u9fff]{2,20}?)(?:第[^第届]{1,5}届|人大|人民代表大会|政协)"
)
_OWN_TOWN = re.compile(r"[我本全](?:镇|乡|街道|街)")
_OWN_COUNTY = re.compile(r"(?:我|全)(?:区|县|市|州|旗)|(?<![\u4e00-\u9fff])(?:区|县)(?:委|政府)")
_LED_BY = re.compile(r"在([^，。；]{2,12}?委)(?:、[^，。；]{1,10})?的?(?:正确|坚强|统一|有力)?领导")
_ISSUES = re.compile(r"(?:出台|制定|印发|修订|发布|完善|编制|实施|公布)(?:了)?《(?:20\d\d年)?$")
_OWN_BODY = re.compile(r"(?:人民)?政府|区?委|县委|司法局|政务服务|人民法院|公安局")
_DOMINANT = 2
"""How often a division must be named to be the one that the text is about."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place, the issuing body, and where the place was read."""

    place: Place
    issuer: str | None
    weak: str = ""
    """Why a user should check the place; empty if it is certain."""


def find_place(
    title: str,
    letterhead: str,
    introduction: Sequence[str],
    body: Sequence[str],
    signature: Signature | None,
) -> Found:
    """The place of a report from its head, introduction, signature and lines after the title."""
    place, issuer = issuer_of(title)
    signer = signature.body if signature else None
    signed = read_place(normal(signer)) if signer else Place()
    headed = read_place(normal(letterhead))
    weak = ""
    if not place:
        place = headed
    if not place:
        for candidate, reason in _weaker(introduction, signed, body):
            if candidate:
                place, weak = candidate, reason
                break
    if place.district is None and place.town is not None:
        place, reason = _with_district(place, signed, introduction, body)
        weak = weak or reason
    if place.town is None and signed.town and _agree(place, signed) and _says_own_town(body):
        place, weak = replace(place, town=signed.town), "town from the signature"
    if issuer is None and letterhead and _agree(place, headed):
        issuer = letterhead
    if issuer is None and signer and _agree(place, signed):
        issuer = signer
    return Found(place, issuer, weak)


def _weaker(
    introduction: Sequence[str], signed: Place, body: Sequence[str]
) -> Iterator[tuple[Place, str]]:
    """Places from outside the title, best first, with why they are weak."""
    yield _reported(introduction), "from 现将…如下"
    yield _subject(introduction), "from the first sentences"
    yield _session(introduction), "from the session that it was given to"
    yield signed, "from the signature"
    yield _dominant(body), "from the division that the text names most"


def _agree(place: Place, other: Place) -> bool:
    if other.town and place.town and other.town != place.town:
        return False
    return other.district is None or place.district in (None, other.district)


def _says_own_town(body: Sequence[str]) -> bool:
    return any(_OWN_TOWN.search(line) for line in body)


def _reported(introduction: Sequence[str]) -> Place:
    for paragraph in introduction:
        for match in _REPORTED.finditer(_QUOTED.sub("", normal(paragraph))):
            place = read_place(_LEAD.sub("", match[1]))
            if place:
                return place
    return Place()


def _subject(introduction: Sequence[str]) -> Place:
    """The place that is the subject of one of the first clauses."""
    for paragraph in introduction[:2]:
        text = _QUOTED.sub("", normal(paragraph))
        for clause in re.split(r"[，。,；;：:]", text)[:_CLAUSES]:
            phrase = _LEAD.sub("", clause)
            verb = _VERB.search(phrase)
            if verb:
                phrase = phrase[: verb.start()]
            elif not is_body(phrase):
                continue  # A subject does something, or is a body.
            place = read_place(phrase, whole=True)
            if place and (place.town or place.district not in WORDS):
                return place
    return Place()


def _session(introduction: Sequence[str]) -> Place:
    """The place whose congress a report was given to: ——2023年1月5日在某县第十七届人大…会议上."""
    for line in introduction[:2]:
        if session := _SESSION.match(normal(line)):
            return read_place(session[1])
    return Place()


def _dominant(body: Sequence[str]) -> Place:
    """The division that a text about 我区 or 我县 keeps naming as its own.

    It must be the only county that rules or bodies are named after: others may
    have been visited, or may be neighbours.
    """
    if not any(_OWN_COUNTY.search(line) for line in body):
        return Place()
    named: Counter[Division] = Counter()
    owned: set[Division] = set()
    for line in body:
        text = normal(line)
        for offset, chain in mentions(text):
            if chain.last is None or chain.last.rank < 3:
                continue
            named[chain.last] += 1
            if _ISSUES.search(text[max(0, offset - 12) : offset]) or _OWN_BODY.match(
                text, chain.end
            ):
                owned.add(chain.last)
    if len(owned) != 1 or named[own := owned.pop()] < _DOMINANT:
        return Place()
    return Place(own.short, own)


def _with_district(
    place: Place, signed: Place, introduction: Sequence[str], body: Sequence[str]
) -> tuple[Place, str]:
    """``place`` with the district that its town is said to belong to elsewhere."""
    if signed.district and signed.town in (place.town, None):
        return replace(place, district=signed.district, division=signed.division), ""
    for paragraph in introduction:
        if led := _LED_BY.search(normal(paragraph)):
            leader = read_place(led[1])
            if leader.division is not None and leader.division.rank == 3:
                whole = replace(place, district=leader.district, division=leader.division)
                return whole, "district from who leads the town"
    for line in body:
        text = normal(line)
        for _, chain in mentions(text):
            if chain.last and text.startswith(place.town or "\0", chain.end):
                district = replace(place, district=chain.last.short, division=chain.last)
                return district, f"district named before {place.town} in the text"
    return place, ""
