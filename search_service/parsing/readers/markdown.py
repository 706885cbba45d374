"""Markdown: plain text, with links, pictures and escapes of its own."""

from __future__ import annotations

import re

from search_service.parsing.cleaning import plain_lines
from search_service.parsing.readers.content import Content
from search_service.parsing.readers.text import decode

_FRONT_MATTER = re.compile(r"\A---\n(?:[\w-]+:.*\n|\s+.*\n)*?---\n")
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)")
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((?:https?://|/|#|\.)[^)\n]{0,500}\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|>])")
_QUOTE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_UNDERLINE = re.compile(r"^(\S.*)\n(=|-){3,}[ \t]*$", re.MULTILINE)
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*$", re.MULTILINE)
_TABLE_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
_BOLD = re.compile(r"(?<![\w_])__(?=[^\s_])([^\n]{1,200}?)(?<=[^\s_])__(?![\w_])")


def read(name: str, data: bytes) -> Content:
    """The lines of a Markdown file."""
    text = decode(name, data).replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT_MATTER.match(text)
    title = _FRONT_TITLE.search(front[0]) if front else None
    text = _COMMENT.sub("", text[front.end() :] if front else text)
    text = _UNDERLINE.sub(lambda m: ("# " if m[2] == "=" else "## ") + m[1], text)
    text = _LINK.sub(r"\1", _PICTURE.sub("", _BREAK.sub("\n", _QUOTE.sub("", text))))
    text = _TABLE_ROW.sub(lambda m: " ".join(m[1].split("|")), _TABLE_RULE.sub("", text))
    text = _ESCAPE.sub(r"\1", _BOLD.sub(r"**\1**", text))
    return Content(plain_lines(text), title=title[1] if title else "")
