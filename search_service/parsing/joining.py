"""Which line breaks stand inside a sentence, and what the paragraphs are without them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search_service.parsing.lines import Line
from search_service.parsing.markers import Marker, bare_marker, read_marker

PAGE_BREAK = "\f"
"""The text of a line that was a page number: what stands around it may belong together."""

BETWEEN = ("", PAGE_BREAK)
"""What stands between lines and is no text."""

BARE_NUMBER = re.compile(r"\d{1,4}")

_CLOSED = "。！？；：…!?;:"
_CLOSING_QUOTES = "”’」』）)】》\"'"
_CONTINUES = "，。、；：！？）》”’】,;:!?%％)"
_DATE = re.compile(
    r"(?:\d{2,4}\s*年\s*(?:\d{1,2}|元)\s*月\s*\d{1,2}\s*[日号]|[二〇○零一]{2,4}.年.{1,3}月.{1,3}[日号])"
    r"\s*(?:印发)?[）)]?"
)
_ENUMERATOR = re.compile(
    r"[一二三四五六七八九十]{1,2}(?:是|要)|第[一二三四五六七八九十]{1,2}[，、]|其[一二三四五]"
)
# With what sets them apart from words of a sentence: 联系人和…, 主动公开政府信息….
_OWN_LINE = re.compile(
    r"附件(?:\s*\d{1,2})?(?:\s*[:：.．、]|\s|$)|附\s*[:：]|抄送\s*[:：]|联系(?:人|电话|方式)[\s:：]"
    r"|[（(](?:联系人|联系电话|联系方式|此件|此页|备注\s*[:：]|信息公开[^，。；]{0,4}\s*[:：])"
    r"|(?:此件)?(?:主动公开|依申请公开|不予公开)。?$|.{2,60}日\s*印发$"
)
_SIGNATURE = re.compile(
    r"[^，。；：、,;:]{2,24}(?:(?<!法治)政府|委员会|管委会|办事处|办公室|[局厅])(?:办公室)?"
)
_TITLE = re.compile(r"(?:报告|总结|白皮书)$")
_WHOLE_TITLE = re.compile(
    r"[^，。；：]{4,50}(?:法治|依法行政)[^，。；：]{0,30}(?:报告|总结|白皮书)"
)
_PARENTHESISED = re.compile(r"[（(【](?:[^（(【）)】]|[（(【][^（(【）)】]*[）)】])*[）)】]")
_BODY_LENGTH = 40
# Numbered lines that are longer stop in mid-sentence.
_TITLE_LENGTH = {"cn": 100, "cn_paren": 100, "shi": 40, "ordinal": 45}
_OTHER_TITLE_LENGTH = 60
# Shorter lines are cells and titles.
_CUT_LENGTH = 16
_SHORT_LENGTH = 8
# Longer ones with a comma are of a sentence.
_LONG_LENGTH = 24
# Headings seldom count anything.
_FACT = re.compile(r"\d[余多]?[万亿]?[次个件项名人条场期份家户]")
_SENTENCE_START = re.compile(r"(?:20\d\d年(?:度|以来)?|[今全去]年|一年来|近年来)[，,]")
_CONJUNCTION = re.compile("但|并|且|同时|其中|累计")
# No title ends so, but 公众参与, 普及 and 祥和 do end one.
_HANGING = re.compile(
    r".{6}(?:的|暨|切实|着力|大力|进一步|(?<![参给赠])与|(?<![普涉顾])及|(?<![祥平温缓饱调总中共柔谐人])和)$"
)
_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"))
# A quote that is longer holds paragraphs of its own.
_QUOTE_LENGTH = 30
_DECIMAL_POINT = re.compile(r"\d[.．]$")
_WRAP_WIDTHS = range(16, 61)
_WRAP_LINES = 8
_WRAP_SLACK = 3
_INDENT = 2


def join_broken(lines: Sequence[Line]) -> list[Line]:
    """Join the pieces of paragraphs; blank lines are gone afterwards."""
    layout = Layout.of(lines)
    joined: list[Line] = []
    piece = Line("")
    between: set[str] = set()
    for line in lines:
        if line.text in BETWEEN:
            between.add(line.text)
            continue
        if joined and layout.goes_on(joined[-1], piece, line, between):
            joined[-1] = _join(joined[-1], line)
        else:
            joined.append(line)
        piece, between = line, set()
    return joined


def _join(first: Line, second: Line) -> Line:
    bold = first.bold
    if first.all_bold:
        bold += second.bold
    return replace(first, text=glued(first.text, second.text), bold=bold)


def glued(first: str, second: str) -> str:
    """Two pieces of a sentence as one; a space stays only between Latin words."""
    latin = first[-1].isascii() and first[-1].isalpha()
    latin = latin and second[0].isascii() and second[0].isalpha()
    return first + (" " if latin else "") + second


@dataclass(frozen=True, slots=True)
class Layout:
    """How a whole text is set, which tells what the end of one of its lines means."""

    width: int
    """The width at which the text is wrapped, or 0 where paragraphs are lines."""
    indents: bool
    """Paragraphs are indented."""
    apart: bool
    """Paragraphs are wrapped, and set apart by blank lines."""

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Layout:
        """The layout of ``lines``."""
        pieces = [line for line in lines if line.text not in BETWEEN]
        width = _wrap_width(pieces)
        indented = sum(line.indented for line in pieces)
        blanks = sum(not a.text and b.text not in BETWEEN for a, b in pairwise(lines))
        some = max(3, len(pieces) // 20)
        apart = width > 0 and some <= blanks <= len(pieces) * 2 // 3
        # Of a wrapped paragraph only the first line is indented.
        share = 40 if width else 10
        return cls(width, indented >= max(3, len(pieces) // share), apart)

    def goes_on(self, before: Line, piece: Line, line: Line, between: Collection[str] = ()) -> bool:
        """Whether ``line`` goes on with ``before``, whose last piece is ``piece``.

        ``between`` says what stood between them: blank lines, a page number.
        """
        text = before.text
        if before.row or line.row:
            return False
        if BARE_NUMBER.fullmatch(line.text) or BARE_NUMBER.fullmatch(text):
            return False
        if _cannot_part(text, line.text):
            return True
        if bare_marker(text):
            return not line.hint and read_marker(line.text) is None
        if line.hint or before.hint or line.bullet or (self.indents and line.indented):
            return False
        if self._is_inside(before, piece, line, between):
            return True
        if self._starts_anew(before, line) or ends_sentence(text):
            return False
        if self.apart and "" in between:
            return self._is_full(piece, _WRAP_SLACK) and _is_body(text)
        if self.width:
            return self._is_full(piece, _WRAP_SLACK) and not _WHOLE_TITLE.fullmatch(text)
        cut = PAGE_BREAK in between
        return (
            _is_body(text)
            or _is_unclosed(text, line.text)
            or _breaks_off(before, line)
            or (cut and _may_be_cut(before, line))
        )

    def _is_inside(self, before: Line, piece: Line, line: Line, between: Collection[str]) -> bool:
        """Whether the layout alone says that a wrapped paragraph goes on, whatever its words."""
        shown = (self.indents and before.indented) or (self.apart and "" not in between)
        if not shown or not self._is_full(piece):
            return False
        # A heading may stand at the edge below a line that is full by chance.
        marker = read_marker(line.text)
        heading = marker is not None and marker.style != "shi" and not marker.doubtful
        return not (heading and ends_sentence(before.text))

    def _is_full(self, piece: Line, slack: int = 0) -> bool:
        """Whether a printed line reaches the right edge."""
        indent = _INDENT if self.indents and piece.indented else 0
        return self.width > 0 and len(piece.text) + indent >= self.width - slack

    def _starts_anew(self, before: Line, line: Line) -> bool:
        text = line.text
        # A number and a word may also be what a sentence goes on with: 培训 / 15位.
        marker = read_marker(text)
        if marker and marker.doubtful and text[0].isdigit() and _is_open(before.text):
            return False
        name = _SIGNATURE.fullmatch(text) and not self._is_full(line, _WRAP_SLACK)
        return bool(marker or name or _ENUMERATOR.match(text) or _stands_alone(text))


def _cannot_part(text: str, following: str) -> bool:
    """Whether no paragraph begins as ``following`` does, after ``text``."""
    if following[0] in _CONTINUES and text[-1] not in "。！？":
        return True
    if following[0] == "的" and following[:2] != "的士" and not ends_sentence(text):
        return True
    return bool(_DECIMAL_POINT.fullmatch(text[-2:])) and following[0].isdigit()


PLAIN = Layout(0, indents=False, apart=False)
"""The layout of a text that shows nothing of it."""


def may_share_sentence(first: str, second: str) -> bool:
    """Whether nothing speaks against one sentence: no numbering, title, signature or date.

    Less than that one goes on with the other; a heading without number passes.
    """
    lines = Line(first), Line(second)
    if PLAIN.goes_on(lines[0], *lines):
        return True
    return not (
        ends_sentence(first)
        or read_marker(first)
        or PLAIN._starts_anew(*lines)
        or _TITLE.search(first)
        or _SIGNATURE.fullmatch(first)
        or _stands_alone(first)
    )


def _stands_alone(text: str) -> bool:
    """Whether a line is a date or a note that no sentence goes on with."""
    return bool(_OWN_LINE.match(text) or _DATE.fullmatch(text))


def is_day(text: str) -> bool:
    """Whether a line is nothing but a day."""
    return bool(_DATE.fullmatch(text))


def ends_sentence(text: str) -> bool:
    """Whether nothing is missing at the end of ``text``."""
    bare = text.rstrip(_CLOSING_QUOTES)
    return not bare or bare[-1] in _CLOSED or bool(_PARENTHESISED.fullmatch(text))


def _is_open(text: str) -> bool:
    """Whether ``text`` stops in mid-sentence."""
    return _is_body(text) and not ends_sentence(text)


def _is_body(text: str) -> bool:
    """Whether a line that stops without a full stop is the start of a sentence.

    Titles, headings, signatures and table rows stop without one too; they are
    short, or hold no other punctuation.
    """
    if text[-1] in "，、," or _HANGING.search(text[-9:]):
        return True
    if "。" in text:
        return True
    if marker := read_marker(text):
        return len(text) > _title_length(marker)
    return len(text) >= _BODY_LENGTH and bool(re.search("[，,；]", text))


def _is_unclosed(text: str, following: str) -> bool:
    """Whether a quote or bracket is open at the end of ``text``, and closed in what follows."""
    return any(
        text.rfind(mark) > text.rfind(closing)
        and -1 < following.find(closing) < min((following + mark).find(mark), _QUOTE_LENGTH)
        for mark, closing in _PAIRS
    )


def _title_length(marker: Marker) -> int:
    """How long a heading with ``marker`` is at most."""
    return _TITLE_LENGTH.get(marker.style, _OTHER_TITLE_LENGTH) + marker.length


def _may_be_cut(before: Line, line: Line) -> bool:
    """Whether the end of a page may have cut a sentence here: no heading, title or row."""
    text = before.text
    return (
        _is_plain(before)
        and len(text) >= _CUT_LENGTH
        and " " not in text
        and not _TITLE.search(text)
        and not _SIGNATURE.fullmatch(text)
        and bool(re.search("[，。；]", line.text))
    )


def _breaks_off(before: Line, line: Line) -> bool:
    """Whether a short line stops in mid-sentence: 召开会议3次，印发 / 年度工作要点。

    It states a fact, begins as sentences do or leaves a clause too short for a
    heading, and what follows ends the sentence or is long enough to be of one.
    """
    text = before.text.replace(",", "，")
    start, comma, rest = text.rpartition("，")
    return bool(
        comma
        and _is_plain(before)
        and ("。" in line.text or ("，" in line.text and len(line.text) >= _LONG_LENGTH))
        and len(text) >= _SHORT_LENGTH
        and (
            len(rest) < 3
            or _FACT.search(start)
            or _SENTENCE_START.match(text)
            or _CONJUNCTION.match(rest)
        )
        and not _FACT.search(rest)
    )


def _is_plain(line: Line) -> bool:
    """Whether a line has nothing of a heading but that it is short."""
    return not (line.bullet or line.all_bold or read_marker(line.text))


def _wrap_width(lines: Sequence[Line]) -> int:
    """The width at which the whole text is wrapped, or 0 where paragraphs are lines."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < _WRAP_LINES:
        return 0
    width = lengths[int(len(lengths) * 0.95) - 1]
    if width not in _WRAP_WIDTHS or lengths[-1] > width + 8:
        return 0
    full = sum(length >= width - _WRAP_SLACK for length in lengths)
    return width if full * 2 >= len(lengths) else 0
