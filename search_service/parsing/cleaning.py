"""What a report's own text is once an exporter's traces are gone.

``plain_lines`` reads plain text, ``tidy`` cleans the lines of any format. Both
only take away what no author wrote: markup, page numbers, site navigation and
line breaks inside a sentence. Words of the report are never removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from search_service.errors import SourceRefused
from search_service.parsing.furniture import drop_furniture, is_furniture
from search_service.parsing.joining import join_broken
from search_service.parsing.limits import MAX_LINES
from search_service.parsing.lines import Line
from search_service.parsing.lone_numbers import with_their_headings
from search_service.parsing.one_paragraph import divided

_BOOKMARK = re.compile(r"\[bookmark:[^\]\n]{0,80}\]", re.IGNORECASE)
_ENTITY_SPACE = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|#160);?")
# Zero-width characters, soft hyphens, byte order marks and direction marks.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HASHES = re.compile(r"(#{1,6})[ \t\u3000]+(?=\S)|(#{2,6})(?=[^#\s])")
_BULLET = re.compile(
    r"[-*+•‣▪●◆■◇·–]\s+(?=\S)|[•‣▪●◆■➢➣➤❖✧\uf06c\uf06e\uf075\uf0d8\uf0fc](?=\s*\S)\s*"
)
_ESCAPED_NUMBER = re.compile(r"(\**\d{1,3})\\(?=[.)])")
# More stars than three hide a word: ****年.
_BOLD = re.compile(r"(?<!\*)\*{2,3}(?!\*)")
_RULE = re.compile(r"[-=_*~—─\s]{3,}")
# Not a comparison such as > 90%.
_QUOTE = re.compile(r"(?:>[ \t]?)+(?=[^\d\s>%]|$)")
_TABLE_RULE = re.compile(r"\|(?:[ :]{0,9}-+[ :]{0,9}\|)+|:?-{3,}:?(?:[ ]{0,9}\|[ ]{0,9}:?-{3,}:?)+")
_TABLE_ROW = re.compile(r"\|.*\|")
_MIN_CELLS = 3
"""Two may also be a heading behind its number, or who signs and the day."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The lines of a report and what stood around it on its page."""

    lines: tuple[Line, ...]
    furniture: tuple[str, ...]
    """Navigation, page numbers and the like: not text, but it may name a date."""


def sanitize(text: str) -> str:
    """``text`` without characters that no document can hold.

    Lone surrogates become U+FFFD, so that the result always encodes as UTF-8.
    """
    return _sanitized(text).replace("\t", " ")


def _sanitized(text: str) -> str:
    """``text`` so, with its tabs, which may stand between cells."""
    text = _SURROGATE.sub("\ufffd", _BREAK.sub("\n", text))
    text = _INVISIBLE.sub("", _CONTROL.sub("", text))
    # Many times faster than translate().
    return text.replace("\u00a0", " ").replace("\x1f", " ")


def plain_lines(text: str) -> list[Line]:
    """The lines of plain text, with the Markdown that exporters leave in it."""
    text = _ENTITY_SPACE.sub(" ", _BOOKMARK.sub("", _sanitized(text)))
    return [_line(raw) for raw in text.split("\n")]


def count_breaks(text: str) -> int:
    """How many lines ``text`` has at least, without dividing it."""
    return max(text.count("\n"), text.count("\r")) + sum(map(text.count, "\v\f\x85\u2028\u2029"))


def refuse_many_lines(source: str, count: int) -> None:
    """Refuse ``source`` if it has more lines than any report."""
    if count > MAX_LINES:
        raise SourceRefused(source, f"It has more than {MAX_LINES:,} lines.")


def tidy(lines: Iterable[Line]) -> Cleaned:
    """Clean the lines that a reader found."""
    stripped = list(_with_rows(replace(line, text=line.text.strip()) for line in lines))
    kept, furniture = drop_furniture(with_their_headings(divided(stripped)))
    return Cleaned(tuple(join_broken(kept)), tuple(furniture))


def clean(text: str) -> str:
    """The cleaned text of a plain-text report, paragraphs separated by ``\\n``."""
    return "\n".join(line.text for line in tidy(plain_lines(text)).lines)


def _with_rows(lines: Iterable[Line]) -> Iterator[Line]:
    """``lines`` with the rows below a line 序号 … known as such, while they begin with numbers."""
    inside = False
    for line in lines:
        if line.text:
            cells = line.text.split(maxsplit=_MIN_CELLS - 1)
            is_number = cells[0].rstrip("、.．").isdecimal()
            inside = len(cells) == _MIN_CELLS and (cells[0] == "序号" or (inside and is_number))
        yield replace(line, row=True) if inside and line.text else line


def _is_tabbed(raw: str) -> bool:
    """Whether tabs divide a line into the cells of a row."""
    return sum(bool(cell.strip()) for cell in raw.split("\t")) >= _MIN_CELLS


def _line(raw: str) -> Line:
    row = _is_tabbed(raw)
    raw = raw.replace("\t", " ")
    text = raw.strip()
    if text[:1] == ">" and (quote := _QUOTE.match(text)):
        text = text[quote.end() :]
    if _RULE.fullmatch(text) or ("|" in text and _TABLE_RULE.fullmatch(text)):
        return Line("")
    if text[:1] == "|" and _TABLE_ROW.fullmatch(text) and not is_furniture(text):
        return Line(text.replace("|", " ").strip(), row=True)
    indented = raw[:1] == "\u3000" or raw[:2] == "  "
    hint = None
    if match := _HASHES.match(text):
        hint = len(match[1] or match[2])
        text = text[match.end() :].rstrip("# ")
    # A page number such as - 1 - is no item of a list.
    bullet = None if is_furniture(text) else _BULLET.match(text)
    if bullet:
        text = text[bullet.end() :]
    if number := _ESCAPED_NUMBER.match(text):
        text = number[1] + text[number.end() :]
    text, bold = _without_stars(text)
    return Line(text.strip(), hint, bold, bullet is not None, indented, row)


def _without_stars(text: str) -> tuple[str, int]:
    """``text`` without bold marks, and how many characters were bold at its start."""
    pieces = _BOLD.split(text)
    if len(pieces) == 1:
        return text, 0
    bold = 0
    if not pieces[0].strip():
        bold = len(pieces[1])
        if not any(piece.strip() for piece in pieces[2::2]):
            bold = len(text)
    return "".join(pieces), bold
