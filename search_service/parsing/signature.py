"""When a report was signed and what its document number is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from search_service.parsing.markers import chinese_number
from search_service.parsing.normal import normal

_NUMBER = re.compile(
    r"(?:(?:发文字号|文\s*号|发文文号|文件编号|字号)\s*[:：]\s*)?"
    r"([\u4e00-\u9fffA-Za-z]{1,16}\s*[〔\[【（(﹝]\s*(?:19|20)\d\d\s*[〕\]】）)﹞]\s*第?\s*\d{1,4}\s*号)"
)
_DATE = re.compile(r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日")
_CN_DATE = re.compile(
    r"([12][\d〇零○]{3})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_PLAIN_DATE = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_PUBLISHED = re.compile(r"(?:发布|成文|发文|公开|生成|更新)?(?:时间|日期)[:：]")
_TAIL = 8
_MAX_LINE = 48


def find_number(head: Iterable[str]) -> str | None:
    """The document number among the lines before the text."""
    for line in head:
        if match := _NUMBER.match(line.strip()):
            return re.sub(r"\s+", "", match[1])
    return None


def find_date(lines: Sequence[str], head: Iterable[str], furniture: Iterable[str]) -> str | None:
    """The day of the signature, else the one below the title, else the page's."""
    for line in lines[-_TAIL:]:
        text = normal(line)
        if len(text) <= _MAX_LINE and "印发" not in text and (found := _date_in(text, at_end=True)):
            return found
    for line in head:
        if found := _date_in(normal(line).strip("()（）【】[]"), whole=True):
            return found
    for line in furniture:
        text = normal(line)
        if (label := _PUBLISHED.search(text)) and (found := _date_in(text[label.end() :])):
            return found
    return None


def _date_in(text: str, *, at_end: bool = False, whole: bool = False) -> str | None:
    for pattern in (_DATE, _CN_DATE, _PLAIN_DATE):
        for match in pattern.finditer(text):
            if at_end and text[match.end() :].strip("()（）。") != "":
                continue
            if whole and match[0] != text:
                continue
            year, month, day = (
                int(part) if part.isascii() and part.isdecimal() else chinese_number(part)
                for part in match.groups()
            )
            try:
                return date(year, month, day).isoformat()
            except ValueError:
                continue
    return None
