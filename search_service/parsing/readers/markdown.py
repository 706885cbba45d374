"""Markdown: plain text, with links, pictures, escapes and soft line breaks of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from search_service.parsing.cleaning import plain_lines
from search_service.parsing.joining import PLAIN, glued, may_share_sentence
from search_service.parsing.lines import Line
from search_service.parsing.readers.content import Content
from search_service.parsing.readers.text import decode_lines

_FRONT_MATTER = re.compile(r"\A---\n(?:[\w-]+:.*\n|[ \t].*\n|\n)*?---\n")
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_COMMENT = ("<!--", "-->")
_PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)")
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((?:https?://|/|#|\.)[^)\n]{0,500}\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|>])")
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_BREAK = re.compile(
    r"<br\s*/?>|</?(?:div|p|center|section|article|table|thead|tbody|tr|ul|ol|li|h[1-6]|hr|details|summary)"
    r"(?:\s[^<>\n]{0,500})?/?>",
    re.IGNORECASE,
)
_CELL = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:span|font|u|b|strong|em|i|s|del|ins|mark|small|big|sup|sub|a|img|t[dh])"
    r"(?:\s[^<>\n]{0,500})?/?>",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[\w-]*[ \t]*$", re.MULTILINE)
_UNDERLINE = re.compile(r"^(\S.*)\n(=|-){3,}[ \t]*$", re.MULTILINE)
_BOLD = re.compile(r"(?<![\w_])__(?=[^\s_])([^\n]{1,200}?)(?<=[^\s_])__(?![\w_])")
_BLOCK = re.compile(
    r"[ \t]{0,3}(?:#|[-*+•][ \t]|\||`{3}|~{3}|\d{1,3}[.)])|\u3000| {4}|\t"
    r"|\*\*(?:[（(一二三四五六七八九十\d]|.*\*\*[ \t]*$)"
)
"""How a line begins that starts a block or a paragraph of its own."""
_HARD_BREAK = re.compile(r"(?: {2}|\\)$")


def read(name: str, data: bytes) -> Content:
    """The lines of a Markdown file."""
    text = decode_lines(name, data).replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    title = _FRONT_TITLE.search(front[0]) if front else None
    text = _without_comments(text[front.end() :] if front else text)
    text = _UNDERLINE.sub(lambda m: ("# " if m[2] == "=" else "## ") + m[1], text)
    text = "\n".join(_without_soft_breaks(_QUOTE.sub("", text).split("\n")))
    text = _LINK.sub(r"\1", _PICTURE.sub("", _without_tags(text)))
    text = _ESCAPE.sub(r"\1", _BOLD.sub(r"**\1**", text))
    return Content(plain_lines(text), title=title[1] if title else "")


def _without_tags(text: str) -> str:
    """``text`` without the tags of HTML that exporters leave in it, and without code fences."""
    text = _BREAK.sub("\n", _FENCE.sub("", text))
    return _TAG.sub("", _CELL.sub(" ", text))


def _without_comments(text: str) -> str:
    """``text`` without what stands in comments; one that never ends is text.

    In a single pass: a search for every start would look through the rest each time.
    """
    start, end = _COMMENT
    pieces = []
    offset = 0
    while (opened := text.find(start, offset)) >= 0:
        closed = text.find(end, opened + len(start))
        if closed < 0:
            break
        pieces.append(text[offset:opened])
        offset = closed + len(end)
    return "".join([*pieces, text[offset:]])


def _without_soft_breaks(lines: Sequence[str]) -> Iterator[str]:
    """``lines`` with those joined that are one paragraph.

    Many reports are plain text with one paragraph a line, where a single break
    ends the paragraph. So lines are only joined where one of them clearly stops
    in mid-sentence: then all up to the end of that sentence are wrapped.
    """
    run: list[str] = []
    for line in lines:
        if run and not _may_go_on(run[-1], line):
            yield from _paragraphs(run)
            run = []
        run.append(line)
    yield from _paragraphs(run)


def _may_go_on(before: str, line: str) -> bool:
    first, second = before.strip(), line.strip()
    if not first or not second or _BLOCK.match(line) or _HARD_BREAK.search(before):
        return False
    if _BLOCK.match(before):
        return first[0] not in "#|" and _goes_on(first, second)
    return may_share_sentence(first, second)


def _goes_on(first: str, second: str) -> bool:
    return PLAIN.goes_on(Line(first), Line(first), Line(second))


def _paragraphs(run: Sequence[str]) -> Sequence[str]:
    """The lines of ``run``, or the one paragraph that they are."""
    if not any(_goes_on(a.strip(), b.strip()) for a, b in pairwise(run)):
        return run
    text = run[0].rstrip()
    for line in run[1:]:
        text = glued(text, line.strip())
    return [text]
