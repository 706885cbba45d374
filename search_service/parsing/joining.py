"""Which line breaks stand inside a sentence, and what the paragraphs are without them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from search_service.parsing.lines import Line
from search_service.parsing.markers import bare_marker, read_marker

_CLOSED = "。！？；：…!?;:"
_CLOSING_QUOTES = "”’」』）)】》\"'"
_CONTINUES = "，。、；：！？）》”’】,;:!?%％)"
_DATE = re.compile(
    r"\d{2,4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二〇○零一]{2,4}.年.{1,3}月.{1,3}日"
)
_ENUMERATOR = re.compile(
    r"[一二三四五六七八九十]{1,2}(?:是|要)|第[一二三四五六七八九十]{1,2}[，、]|其[一二三四五]"
)
_OWN_LINE = re.compile(
    r"附件|附[:：]|抄送|联系(?:人|电话)|[（(](?:联系|此件|此页|备注|信息公开)|主动公开|.{2,30}印发$"
)
_SIGNATURE = re.compile(r".{2,24}(?:政府|委员会|管委会|办事处|办公室|[局厅])(?:办公室)?")
_BODY_LENGTH = 40
_WRAP_WIDTHS = range(16, 61)
_WRAP_LINES = 8
_WRAP_SLACK = 3


def join_broken(lines: Sequence[Line]) -> list[Line]:
    """Join the pieces of paragraphs; blank lines are gone afterwards."""
    pieces = [line for line in lines if line.text]
    width = _wrap_width(pieces)
    indents = sum(line.indented for line in pieces) >= max(3, len(pieces) // 10)
    joined: list[Line] = []
    last_piece = ""
    for line in pieces:
        if joined and _continues(joined[-1], last_piece, line, width, indents):
            joined[-1] = _join(joined[-1], line)
        else:
            joined.append(line)
        last_piece = line.text
    return joined


def _join(first: Line, second: Line) -> Line:
    """One line of two pieces; a space stays only between Latin words."""
    latin = first.text[-1].isascii() and first.text[-1].isalpha()
    latin = latin and second.text[0].isascii() and second.text[0].isalpha()
    bold = first.bold
    if first.all_bold:
        bold += second.bold
    return replace(first, text=first.text + (" " if latin else "") + second.text, bold=bold)


def _continues(before: Line, piece: str, line: Line, width: int, indents: bool) -> bool:
    """Whether ``line`` goes on with ``before``, whose last piece is ``piece``."""
    text = before.text
    if line.text[0] in _CONTINUES and text[-1] not in "。！？":
        return True
    if bare_marker(text):
        return not line.hint and read_marker(line.text) is None
    if line.hint or before.hint or line.bullet or _starts_anew(line.text):
        return False
    if indents and line.indented:
        return False
    if width and len(piece) >= width - _WRAP_SLACK:
        return not _ends_sentence(text) or (indents and before.indented and len(piece) >= width)
    if width or _ends_sentence(text):
        return False
    return _is_body(text)


def _starts_anew(text: str) -> bool:
    return bool(
        read_marker(text)
        or _ENUMERATOR.match(text)
        or _OWN_LINE.match(text)
        or _SIGNATURE.fullmatch(text)
        or (_DATE.match(text) and len(text) < 24)
    )


def _ends_sentence(text: str) -> bool:
    bare = text.rstrip(_CLOSING_QUOTES)
    return not bare or bare[-1] in _CLOSED or (len(bare) < len(text) and text[0] in "（(【")


def _is_body(text: str) -> bool:
    """Whether a line that stops without a full stop is the start of a sentence.

    Titles, headings, signatures and table rows stop without one too; they are
    short, or hold no other punctuation.
    """
    if text[-1] in "，、,":
        return True
    if read_marker(text) and "。" not in text:
        return False
    return "。" in text or (len(text) >= _BODY_LENGTH and bool(re.search("[，,；]", text)))


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
