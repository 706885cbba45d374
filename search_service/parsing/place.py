"""Which place a report comes from: title, then signature, then the first sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from search_service.parsing.issuer import Place, is_body, issuer_of, read_place
from search_service.parsing.normal import normal
from search_service.parsing.places import mentions

_QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”|【[^【】]*】")
_LEAD = re.compile(
    r"^(?:(?:在)?(?:20|19)\d\d年(?:度)?(?:以来)?[，,]?|今年以来[，,]?|一年来[，,]?|近年来[，,]?|现将|现就|过去一年[，,]?)*"
)
_SUBJECT = re.compile(
    r"(?:人民)?(?:政府|委|县委|区委|市委)?[，,]?(?:坚持|以|在|认真|深入|全面|紧紧|紧扣|围绕|始终|立足|积极|扎实|持续|严格|法治|依法|按照"
    r"|根据|切实|高度|聚焦|推进|贯彻|落实|学习|进一步|不断|坚决|牢固|着力|深化|统筹|严格|大力|对照|(?:20|19)\d\d年|司法局|各|党)"
)
_SIGNATURE_LINES = 8
_FORWARD = re.compile(r"联系|抄送|印发|电话|地址|附件|邮编")


@dataclass(frozen=True, slots=True)
class Found:
    """A place, the issuing body, and where the place was read."""

    place: Place
    issuer: str | None
    weak: str = ""
    """Why a user should check the place; empty if it is certain."""


def find_place(title: str, head: Sequence[str], body: Sequence[str], first: str) -> Found:
    """The place of a report.

    ``head`` are the lines around the title, ``body`` all lines, ``first`` the
    first paragraph of the introduction.
    """
    place, issuer = issuer_of(title)
    signed, signer = _signature(body)
    if place.district is None and place.town is not None:
        place = _with_district(place, signed, body)
    if place:
        if issuer is None and signer and _agree(place, signed):
            issuer = signer
        if place.town is None and signed.town and _agree(place, signed) and _says_own_town(body):
            return Found(replace(place, town=signed.town), issuer, "town from the signature")
        return Found(place, issuer)
    issuer = issuer or signer
    if signed.district or signed.town:
        if signed.district is None:
            signed = _with_district(signed, Place(), body)
        return Found(signed, issuer, "from the signature")
    subject = _first_sentence(first)
    if subject:
        return Found(subject, issuer, "from the first sentence")
    return Found(Place(), issuer)


def _agree(place: Place, other: Place) -> bool:
    return other.district is None or other.district == place.district


def _says_own_town(body: Sequence[str]) -> bool:
    return any(
        re.search(r"我(?:镇|乡|街道)|本(?:镇|乡|街道)|全(?:镇|乡|街道)", line) for line in body
    )


def _signature(body: Sequence[str]) -> tuple[Place, str | None]:
    """Place and body of the signature among the last lines."""
    for line in reversed(body[-_SIGNATURE_LINES:]):
        text = normal(line)
        text = re.sub(r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日$", "", text)
        if is_body(text) and not _FORWARD.search(text):
            return read_place(text), re.sub(r"\s+", "", line) if len(text) == len(
                re.sub(r"\s+", "", line)
            ) else text
    return Place(), None


def _with_district(place: Place, signed: Place, body: Sequence[str]) -> Place:
    """``place`` with the district that stands before its town's name elsewhere."""
    if signed.district and signed.town in (place.town, None):
        return replace(place, district=signed.district, division=signed.division)
    for line in body:
        text = normal(line)
        for _, chain in mentions(text):
            if chain.last and text.startswith(place.town or "\0", chain.end):
                return replace(place, district=chain.last.short, division=chain.last)
    return place


def _first_sentence(first: str) -> Place:
    """The place that the introduction is about: its first subject."""
    text = _QUOTED.sub("", normal(first))[:160]
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    place = read_place(
        re.split(r"[，。,；]|坚持|认真|深入|以习近平|在|法治|全面|紧紧|围绕", text[start:])[0]
    )
    if place:
        return place
    for offset, chain in mentions(text):
        if (
            chain.last
            and _SUBJECT.match(text, chain.end)
            and text[:offset][-1:] in ("", "，", "。", "、")
        ):
            return Place(chain.last.short, chain.last)
    return Place()
