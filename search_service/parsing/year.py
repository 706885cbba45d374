"""Which year a report is about.

Taken from the title, else from a line （20XX年度） below it, else from
现将…20XX年…报告如下, else from the first sentence, else from the first heading, else
from the notice that asked for the report. Never from a signature, a plan, any other
citation or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search_service.parsing.normal import normal

_YEARS = range(1990, 2051)
_Y = r"(?:19|20)\d\d"
_RANGE_SIGN = r"(?:-|/|－|—|–|―|─|~|～|至|到|、|和|与|及|\.\.)*"
_PLAN_SPAN = re.compile(rf"{_Y}年?{_RANGE_SIGN}{_Y}(?=年?[)）]|年)")
_TWO_YEARS = re.compile(rf"({_Y})年?度?[-/－—–―─~～至、和与及]+(?P<last>{_Y})(?=年度)")
_QUOTED = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
# A title in quotes is the report's own where the rest only hands it on.
_ISSUED = re.compile(
    r"(?:^|印发|公布|报送|公开|发布|转发|上报|呈报|关于)《([^《》]*(?:报告|总结|情况|白皮书)[^《》]{0,8})》"
)
_FILE_NUMBER = re.compile(
    rf"[〔\[【（(]{_Y}[〕\]】）)](?:第?\d+号)?|{_Y}(?=\d)|(?<=\d){_Y}|\d{{1,20}}[-/.]{_Y}"
    rf"|{_Y}[-/.]\d+(?:[-/.]\d+)?"
)
"""As many digits before a sign as numbers have: a line of nothing else took their square."""
_DATE = re.compile(
    rf"{_Y}年\d{{1,2}}月\d{{1,2}}日|[（(]{_Y}年\d{{1,2}}月(?:\d{{1,2}}日)?[)）]|{_Y}年\d{{1,2}}月$"
)
_PLAN = re.compile(
    r"^年?度?[^，。；;,是]{0,24}?(?:计划|打算|安排|思路|要点|规划|展望|目标|方案|工作重点"
    r"|重点工作(?!完成|落实|推进|开展|情况))"
)
_YEAR = re.compile(rf"(?<!\d)({_Y})(?=年|度|法治|依法|法制)")
_YEAR_AT_END = re.compile(rf"(?<=[\u4e00-\u9fff])[(（]?({_Y})[)）]?$")
"""As below a title on a line of its own: …年度报告（2023）."""
_SINCE = re.compile(r"(?:自|从|自从|到|至|截至|截止|截止到|比|较|同比|预计|力争|《)$")
_REPORT_FOLLOWS = re.compile(
    r"(?:现|兹|特)?(?:将|就|对|把)([^。；;]{0,150}?)(?:报告|汇报|总结|通报|公告|公布|公示|公开|自查|说明|介绍)(?:情况)?如下"
)
_MONTHS = r"\d{1,2}月?(?:\d{1,2}日)?[-—–―─~至到]+\d{1,2}月(?:\d{1,2}日)?"
_YEAR_LINE = re.compile(
    rf"\(({_Y})(?:年度?|度)?\)|({_Y})年度?|\(({_Y})年{_MONTHS}\)|({_Y})年{_MONTHS}"
)
# A notice to hand in a report names the year of that report.
_REQUEST = re.compile(
    rf"《[^《》]{{0,60}}(?:报送|上报|呈报|提交|报告|撰写|编报|公开|做好|开展)[^《》]{{0,12}}({_Y})年度?[^《》]{{0,40}}(?:报告|总结)[^《》]{{0,20}}(?:通知|函)》"
)
_FIRST_SENTENCE = 200


@dataclass(frozen=True, slots=True)
class Year:
    """A year and how it was found."""

    value: int | None
    note: str = ""
    """What a user should check, if anything."""


def title_year(title: str) -> Year:
    """The year that a title names; the last one where it covers several."""
    text = normal(title)
    years, spans = _title_years(text)
    if not years:
        return Year(None)
    last = years[-1]
    if len(set(years)) > 1 or spans:
        covered = sorted({*years, *spans})
        return Year(last, f"the title covers {', '.join(map(str, covered))}; the last was taken")
    return Year(last)


def _title_years(text: str) -> tuple[list[int], list[int]]:
    """Years reported on in a title, and the first years of spans that it covers."""
    text = _QUOTED.sub("", _ISSUED.sub(r"\1", text))
    starts: list[int] = []

    def shorten(match: re.Match[str]) -> str:
        rest = text[match.end() :]
        before = text[: match.start()]
        years = [int(year) for year in re.findall(_Y, match[0])]
        if _is_plan(before, rest) or years[1] - years[0] not in range(1, 11):
            return ""
        starts.append(years[0])
        return str(years[1])

    text = _YEAR_AT_END.sub(r"\1年", _PLAN_SPAN.sub(shorten, text))
    text = _FILE_NUMBER.sub("", _DATE.sub("", text))
    years: list[int] = []
    for match in _YEAR.finditer(text):
        following = text[match.end() : (_next_year(text, match.end()))]
        if not (years and _PLAN.match(following)):
            years.append(int(match[1]))
    return [year for year in years if year in _YEARS], starts


def _next_year(text: str, start: int) -> int:
    match = _YEAR.search(text, start)
    return match.start() if match else len(text)


def _is_plan(before: str, rest: str) -> bool:
    return bool(
        re.match(r"年?[)）]?(?:法治[政府建设]{2,4})?(?:实施)?(?:纲要|规划|方案|计划)", rest)
        or (before.endswith(("(", "（")) and re.search(r"(?:纲要|规划|方案|计划)[(（]$", before))
    )


def line_year(line: str) -> Year:
    """The year that a line below a title is, or whose months it is: （2022年1月—12月）."""
    match = _YEAR_LINE.fullmatch(_without_spans(normal(line)))
    return Year(_only([int(year) for year in match.groups() if year]) if match else None)


def body_year(paragraphs: Sequence[str], first_heading: str) -> Year:
    """The year that the introduction or the first heading names."""
    opening = [_without_citations(text) for text in paragraphs]
    for text in opening:
        for match in _REPORT_FOLLOWS.finditer(text):
            if (year := _only(_plain_years(match[1]))) is not None:
                return Year(year)
    for text in opening[:1]:
        sentence = re.split(r"[。；]", text, maxsplit=1)[0][:_FIRST_SENTENCE]
        if (year := _first_clause_year(sentence)) is not None:
            return Year(year, "from the first sentence")
    if (year := _only(_leading_years(opening[:2]))) is not None:
        return Year(year, "from the introduction")
    if (year := _only(_plain_years(_without_citations(first_heading)))) is not None:
        return Year(year, "from the first heading")
    if (year := _only(_requested_years(paragraphs))) is not None:
        return Year(year, "from the notice that asked for the report")
    return Year(None)


def _requested_years(paragraphs: Iterable[str]) -> list[int]:
    """The years of the reports that a paragraph with 现将…如下 says were asked for."""
    texts = (_without_spans(normal(text)) for text in paragraphs)
    return [
        int(match[1])
        for text in texts
        if _REPORT_FOLLOWS.search(text)
        for match in _REQUEST.finditer(text)
    ]


def _leading_years(paragraphs: Iterable[str]) -> list[int]:
    """The years that sentences begin with: 2023年，…"""
    sentences = (s for text in paragraphs for s in re.split(r"[。；]", text))
    return [int(m[1]) for s in sentences if (m := re.match(rf"({_Y})年度?(?:以来)?[，,]", s))]


def _without_citations(text: str) -> str:
    text = _QUOTED.sub("", normal(text))
    return _FILE_NUMBER.sub("", _without_spans(_DATE.sub("", text)))


def _without_spans(text: str) -> str:
    """``text`` without spans of years; of two that follow each other (2022-2023年度) one stays."""

    def last(match: re.Match[str]) -> str:
        return match["last"] if int(match["last"]) - int(match[1]) == 1 else match[0]

    return _PLAN_SPAN.sub("", _TWO_YEARS.sub(last, text))


def _plain_years(text: str) -> list[int]:
    found = []
    for match in _YEAR.finditer(text):
        following = text[match.end() : _next_year(text, match.end())]
        month = re.match(r"年\d{1,2}月", following)
        if not month and not _SINCE.search(text[: match.start()]) and not _PLAN.match(following):
            found.append(int(match[1]))
    return [year for year in found if year in _YEARS]


def _first_clause_year(sentence: str) -> int | None:
    years = _plain_years(sentence)
    if re.match(rf"(?:.{{0,12}}?){_Y}年度?(?:以来)?[，,]", sentence) and years:
        return years[0]
    return _only(years)


def _only(years: list[int]) -> int | None:
    return years[0] if len(set(years)) == 1 else None
