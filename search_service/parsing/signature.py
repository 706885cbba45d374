"""Who signed a report, when, and what its document number is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from search_service.parsing.issuer import is_body, read_place
from search_service.parsing.markers import chinese_number
from search_service.parsing.normal import normal

_OPEN, _CLOSE = r"[〔\[【（(﹝]", r"[〕\]】）)﹞]"
# Digits of any width: a number is kept as it is written.
_NUMBER = (
    rf"([\u4e00-\u9fffA-Za-z]{{1,16}}\s*{_OPEN}\s*(?:[1１][9９]|[2２][0０])\d\d\s*{_CLOSE}"
    r"\s*(?:第\s*)?\d{1,4}\s*号)"
)
_LABELLED_NUMBER = re.compile(rf"(?:发文字号|发文文号|文\s*号|文件编号|字号)\s*[:：|]\s*{_NUMBER}")
_NUMBER_LINE = re.compile(rf"(?:签发人\s*[:：][^〔\[]{{1,20}}\s)?{_NUMBER}(?=[\s（(]|$|签发)")
_NUMBER_IN_BRACKETS = re.compile(rf"{_OPEN}\s*{_NUMBER}\s*{_CLOSE}")

_ZEROS = str.maketrans("〇零○元", "000一")
_CN = "一二三四五六七八九十"
_DATE = re.compile(
    rf"((?:19|20|2[〇零○])(?:[\d〇零○]{{2}}))年(\d{{1,2}}|元|[{_CN}]{{1,3}})月(\d{{1,2}}|[{_CN}]{{1,3}})[日号]"
)
_PLAIN_DATE = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_PUBLISHED = re.compile(r"(?:发布|成文|发文|公开|生成|更新)?(?:时间|日期)[:：|]")
_DAY = (
    r"(?P<day>(?:19|20)\d\d(?:\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日|[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)))"
)
_STAMP = re.compile(
    rf"(?:(?:信息|文章|稿件)?来源\s?:\s?\S{{1,30}}\s)?(?:(?:发布|成文|发文|公开|生成|更新)?(?:时间|日期)\s?:?\s?)?{_DAY}(?:\s?\d{{1,2}}:\d\d(?::\d\d)?)?"
    r"\s?(?:$|\||(?:信息|文章|稿件|责任)?(?:来源|作者|编辑|审核|发布|浏览|点击|阅读|访问|字体|字号|分享|打印))"
)
"""How a page stamps a report: the day, perhaps the time, then its other captions."""
_POST = re.compile(
    rf"(?:[^\s,。;:]{{1,20}}\s){{1,4}}{_DAY}\s?\d{{1,2}}:\d\d(?::\d\d)?(?:\s[^\s,。;:]{{2,8}})?$"
)
"""How an account posts it: its names, day, time, perhaps where: 某县司法 2024-01-15 18:30 宁夏."""
_SESSION = re.compile(
    rf"(?P<mark>[(—–-]{{1,4}})?\s?{_DAY}\s?"
    r"(?:在[^,。;]{2,60}上\)?$|(?(mark)[^,。;]{2,60}会议\)?$|(?!)))"
)
_UNTIL = ("至", "到", "自", "从", "截止")
_TAIL = 8
_BELOW_TITLE = 3
_MAX_LINE = 48

_DAY_AT_END = re.compile(
    rf"[（(]?(?:[\d〇零○{_CN}]{{4}}年[\d元{_CN}]{{1,3}}月[\d{_CN}]{{1,3}}[日号]"
    r"|(?:19|20)\d\d(?:[-/.]\d{1,2}){2})[）)]?$"
)
_BRACKETED = re.compile(r"[（(][^（）()]+[）)]")
_SEAL = re.compile(r"[（(](?:盖章|公章|印章|签章|加盖公章|章|印)[）)]")
_SIGNER_LABEL = re.compile(
    r"^(?:报送|填报|上报|呈报|报告|编制|制发|落款)?(?:单位|机关|部门)(?:名称)?[:：]"
)
_DAY_LABEL = re.compile(r"^(?:(?:成文|报告|填报|报送|上报|呈报|签发|编制|落款)(?:日期|时间)|日期):")
_OWN_BODY = re.compile(r"(?!市[场政容])[省市区县州旗盟]")
"""How a body begins that leaves the name of its place out: 县司法局."""
_FORWARD = re.compile(r"联系|抄送|印发|电话|地址|附件|邮编|主办|承办|来源|发布")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a report, as written, and the day that stands with the name."""

    body: str
    date: str | None = None


def find_signature(lines: Sequence[str]) -> Signature | None:
    """The signature in the lines below the title.

    A body that stands with a day signs wherever it stands, since an attachment may
    follow; the first does, since the attachment may have days of its own. The cell
    of a table, such as 司法局, signs only with a day near the end.
    """
    tail = max(0, len(lines) - _TAIL)
    # Right below the title a page may name its publisher.
    start = min(_BELOW_TITLE, tail)
    dated = [(index, found) for index, found in _dated_bodies(lines) if index >= start]
    last = [Signature(body) for line in reversed(lines[tail:]) if (body := _signer(line))]
    choices = chain(
        (found for _, found in dated if _names_place(found)),
        (found for _, found in dated if _OWN_BODY.match(found.body)),
        (found for found in last if _names_place(found)),
        (found for index, found in dated if index >= tail),
    )
    return next(choices, None)


def _names_place(signature: Signature) -> bool:
    return bool(read_place(normal(signature.body)))


def _dated_bodies(lines: Sequence[str]) -> Iterator[tuple[int, Signature]]:
    """Lines that are a body with its day, or a day below a body."""
    for index, line in enumerate(lines):
        if len(line) > _MAX_LINE:
            continue
        text = normal(line)
        if (found := _date_in(text, at_end=True)) is None:
            continue
        above = index > 0 and _date_in(text.strip("()"), whole=True) is not None
        if body := _signer(line) or (_signer(lines[index - 1]) if above else ""):
            yield index, Signature(body, found)


def _signer(line: str) -> str:
    """The body that a line names, without label, seal and day; empty if it is no such line."""
    if len(line) > _MAX_LINE or _FORWARD.search(line):
        return ""
    text = _DAY_AT_END.sub("", _SEAL.sub("", re.sub(r"\s+", "", line)))
    text = _SIGNER_LABEL.sub("", text)
    return text if is_body(normal(text)) else ""


def find_letterhead(head: Sequence[str]) -> str:
    """The body on the letterhead above a title: …人民政府文件, or a body above its number."""
    for index, line in enumerate(head):
        numbered = index + 1 < len(head) and _NUMBER_LINE.match(head[index + 1])
        compact = re.sub(r"\s+", "", line)
        name = compact.removesuffix("文件")
        # A menu may say 政府文件 above any title.
        if (numbered or name != compact) and is_body(normal(name)) and read_place(normal(name)):
            return name
    return ""


def find_byline(below: Sequence[str]) -> tuple[str, bool]:
    """The body on one of the two lines below a title, and whether it stands in brackets.

    In brackets, perhaps with the day, it is who wrote the report: （贺兰县人民政府）. A line
    without them may also be who published the page.
    """
    for line in below[:2]:
        text = line.strip()
        bracketed = bool(_BRACKETED.fullmatch(text))
        body = _signer(text[1:-1] if bracketed else text)
        if body and read_place(normal(body)):
            return body, bracketed
    return "", False


def find_number(head: Iterable[str], furniture: Iterable[str]) -> str | None:
    """The document number among the lines before the text, or in a caption of the page."""
    for line in head:
        text = line.strip()
        match = (
            _NUMBER_LINE.match(text)
            or _NUMBER_IN_BRACKETS.fullmatch(text)
            or _LABELLED_NUMBER.search(text)
        )
        if match:
            return re.sub(r"\s+", "", match[1])
    for line in furniture:
        if match := _LABELLED_NUMBER.search(line):
            return re.sub(r"\s+", "", match[1])
    return None


def find_date(
    signature: Signature | None,
    lines: Sequence[str],
    head: Iterable[str],
    furniture: Iterable[str],
) -> str | None:
    """The day of the signature, else the one below the title, else of its issue or page."""
    return next((found for found in _dates(signature, lines, head, furniture) if found), None)


def _dates(
    signature: Signature | None,
    lines: Sequence[str],
    head: Iterable[str],
    furniture: Iterable[str],
) -> Iterator[str | None]:
    """What each place says, the best place first."""
    if signature is not None:
        yield signature.date
    last = [text for line in reversed(lines[-_TAIL:]) if len(text := normal(line)) <= _MAX_LINE]
    yield from map(_last_day, last)
    for line in head:
        yield _date_in(normal(line).strip("()（）【】[]"), whole=True)
        yield _stamped(line, _STAMP, _SESSION, _POST)
    for text in last:
        if text.endswith("印发"):
            yield _date_in(text.removesuffix("印发"), at_end=True)
    for line in furniture:
        text = normal(line)
        if label := _PUBLISHED.search(text):
            yield _date_in(text[label.end() :])
        yield _stamped(line, _STAMP)


def _last_day(text: str) -> str | None:
    """The day of a line that is nothing else, or that says who signed then or what it is of.

    Links below a text, terms of plans and notes on figures end with a day too.
    """
    day = _DAY_LABEL.sub("", text).strip("()[]【】。")
    return _date_in(day, whole=True) or (_date_in(text, at_end=True) if _signer(text) else None)


def _stamped(line: str, *patterns: re.Pattern[str]) -> str | None:
    """The day at the start of a line of one of these kinds."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", line)).strip(" 【】[]")
    for pattern in patterns:
        if match := pattern.match(text):
            return _date_in(normal(match["day"]))
    return None


def _number(part: str) -> int:
    """The value of a year, month or day in either kind of digits, or both."""
    digits = part.translate(_ZEROS)
    return int(digits) if digits.isdecimal() else chinese_number(digits)


def _date_in(text: str, *, at_end: bool = False, whole: bool = False) -> str | None:
    for pattern in (_DATE, _PLAIN_DATE):
        for match in pattern.finditer(text):
            if at_end and text[match.end() :].strip("()（）。") != "":
                continue
            if at_end and text[: match.start()].endswith(_UNTIL):
                continue
            if whole and match[0] != text:
                continue
            year, month, day = map(_number, match.groups())
            try:
                return date(year, month, day).isoformat()
            except ValueError:
                continue
    return None
