"""How a heading is numbered: 一、 （一） 1. （1） ① 第一章 第一条 第一，.

A marker is only a candidate: whether a paragraph is a heading is decided in
``headings`` from its neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Style = Literal[
    "part", "chapter", "division", "article", "cn", "cn_paren", "arabic", "decimal",
    "decimal_inner", "arabic_paren", "arabic_half", "circle", "ordinal", "shi",
]  # fmt: skip

DEPTH: dict[Style, int] = {
    "part": 0,
    "chapter": 1,
    "division": 2,
    "article": 3,
    "cn": 4,
    "cn_paren": 5,
    "arabic": 6,
    "decimal": 7,
    "decimal_inner": 8,
    "arabic_paren": 9,
    "arabic_half": 10,
    "circle": 11,
    "ordinal": 12,
    "shi": 13,
}
"""Outer styles first: the order that official documents use."""

_CN = "〇零一二三四五六七八九十百"
# 三、四季度 and 一、二级 are no numbers of headings.
_SPAN = "(?:{})(?:季|年|月|级|类|线|期|楼)".format(
    "|".join(f"{first}、{second}" for first, second in pairwise("一二三四五六七八九十"))
)
# Counter words; some also begin a word that a heading begins with: 1部署, 2市场.
_UNIT = (
    "[万亿%％‰℃个余名年月日时点分岁倍元件次人条项家户处米公度号层楼届类批位份宗套篇辆册亩堂张枚笔周秒吨]"
    "|部(?![门署委])|单(?!位)|台(?!账)|天(?!然)|例(?!行|会)|站(?!位)|种(?!植|子)|步(?!伐|骤)|轮(?!岗|训)"
    "|道(?!路|德)|课(?!程|题|堂)|校(?!园|外)|镇(?![村党政])|村(?![级民居务委])|市(?![场民域委政级直司])"
    "|[县区](?![域委政级直司])|省(?![级委政直])"
    "|小时|分钟|季度|平方|千[米克瓦]|多|大|组|支|起|场(?!景)|所|期"
)
_STYLES: tuple[tuple[Style, re.Pattern[str]], ...] = (
    (
        "part",
        re.compile(
            rf"第\s*([{_CN}]{{1,4}}|\d{{1,2}})\s*(?:部分|篇|编)(?=[\s:：、]|$|[^，。；]{{2,30}}$)"
        ),
    ),
    ("chapter", re.compile(rf"第\s*([{_CN}]{{1,5}}|\d{{1,3}})\s*章(?=\s|$|[^，。；]{{2,30}}$)")),
    ("division", re.compile(rf"第\s*([{_CN}]{{1,4}}|\d{{1,3}})\s*节(?=\s|$|[^，。；]{{2,30}}$)")),
    ("article", re.compile(rf"第\s*([{_CN}]{{1,6}}|\d{{1,4}})\s*条(?:之[{_CN}])?(?=[\s\u3000]|$)")),
    ("ordinal", re.compile(rf"第([{_CN}]{{1,2}})\s*[，,、:：]\s*")),
    ("cn_paren", re.compile(rf"[（(〔【]\s*([{_CN}]{{1,3}})\s*[）)〕】]\s*[、.．]?\s*")),
    ("cn_paren", re.compile(rf"([{_CN}]{{1,3}})\s*[）)]\s*")),
    (
        "cn",
        re.compile(rf"(?!{_SPAN})([{_CN}]{{1,3}})\s*[、．.]\s*(?![{_CN}]{{1,2}}[、，])"),
    ),
    ("cn", re.compile(rf"([{_CN}]{{1,2}})[，,:：]\s*(?=[^{_CN}])")),
    ("cn", re.compile(rf"([{_CN}]{{1,2}})[ \u3000]+(?=[^\s是{_CN}])")),
    ("shi", re.compile(rf"([{_CN}]{{1,2}})是(?=[^{_CN}否非])\s*[，,：:]?\s*")),
    ("arabic_paren", re.compile(r"[（(]\s*(\d{1,2})\s*[）)]\s*[、.．]?\s*")),
    ("arabic", re.compile(r"(\d{1,2})\s*[、．.]\s*(?=20\d\d\s*年|\d{5}|[^\d\s])")),
    ("arabic_half", re.compile(r"(\d{1,2})\s*[）)]\s*(?=\D)")),
    ("circle", re.compile(r"([①-⑳])\s*")),
    ("cn_paren", re.compile(r"([㈠-㈩])\s*")),
    ("arabic", re.compile(r"([⒈-⒛])\s*")),
    ("arabic_paren", re.compile(r"([⑴-⒇])\s*")),
)
_NO_SEPARATOR = re.compile(rf"(\d{{1,2}})\s*(?=[\u4e00-\u9fff“《])(?!{_UNIT}|[{_CN}])")
_DECIMAL = re.compile(
    rf"(\d{{1,2}})[.．](\d{{1,2}})(?:[.．](\d{{1,2}}))?[.．、\s]*(?=[\u4e00-\u9fff“《])(?!{_UNIT})"
)
_COUNTED = re.compile(_UNIT)
_BARE = re.compile(rf"[（(]?(?:[{_CN}]{{1,3}}|\d{{1,2}})\s*(?:[、．.]|[）)])")
_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}


@dataclass(frozen=True, slots=True)
class Marker:
    """The number that a paragraph starts with."""

    style: Style
    number: int
    length: int
    """Characters up to the first word of the heading."""
    doubtful: bool = False
    """Only believed where its neighbours count along with it."""
    outer: tuple[int, ...] = ()
    """The numbers before the last in 1.2.3."""


END = Marker("part", 0, 0)
"""Stands for the end of a report, which closes all lists."""


def read_marker(text: str) -> Marker | None:
    """The numbering at the start of ``text``, if there is one."""
    for style, pattern in _STYLES:
        if match := pattern.match(text):
            doubtful = style == "cn" and match[0].rstrip()[-1:] not in "、．."
            return Marker(style, _number(match[1]), match.end(), doubtful)
    if match := _NO_SEPARATOR.match(text):
        return Marker("arabic", int(match[1]), match.end(), doubtful=True)
    return None


def read_decimal(text: str) -> Marker | None:
    """The numbering 1.1 or 1.1.1 at the start of ``text``; 4.15 and 12.4 are also days."""
    match = _DECIMAL.match(text) if text[:1].isdecimal() else None
    if match is None:
        return None
    *outer, number = (int(part) for part in match.groups() if part)
    style: Style = "decimal" if len(outer) == 1 else "decimal_inner"
    return Marker(style, number, match.end(), doubtful=True, outer=tuple(outer))


def bare_marker(text: str) -> bool:
    """Whether ``text`` is a number alone, whose words follow on the next line."""
    return bool(_BARE.fullmatch(text))


def begins_with_unit(text: str) -> bool:
    """Whether ``text`` begins with a counter word, so that a number may belong before it."""
    return bool(_COUNTED.match(text))


def _number(text: str) -> int:
    text = unicodedata.normalize("NFKC", text).strip("().")
    return int(text) if text.isdecimal() else chinese_number(text)


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral below a thousand: 十二 is 12, 二〇 is 20."""
    if not any(char in "十百" for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit
