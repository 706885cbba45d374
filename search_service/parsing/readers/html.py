"""Web pages: the main text, without menus, breadcrumbs, buttons and footers.

The page is parsed with lxml, which repairs any markup and never loads anything.
The main text is the block that holds most of the page's sentences, with the report's
lines around it: from the title below the last menu to the end of the page, without
menus and imprints. Extractors tuned on Western news sites drop the numbered short
lines that reports consist of.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lxml import etree
from lxml import html as lxml_html

from search_service.errors import SourceRefused
from search_service.parsing.cleaning import sanitize
from search_service.parsing.limits import MAX_PAGE_BYTES, MAX_PAGE_ELEMENTS
from search_service.parsing.readers.content import Content
from search_service.parsing.readers.html_blocks import find_blocks
from search_service.parsing.readers.html_lines import page_lines
from search_service.parsing.readers.html_report import drop_buttons, report_of
from search_service.parsing.readers.text import decode

_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|div|p|meta|title|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)


def looks_like_html(data: bytes, *, whole: bool = False) -> bool:
    """Whether the content begins as a web page does; ``whole`` is one with ``<html>`` itself."""
    start = data[:4096]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[2:].replace(b"\0", b"")
    if whole and not _PAGE.search(start):
        return False
    return bool(_START.match(start.removeprefix(b"\xef\xbb\xbf")))


def read(name: str, data: bytes) -> Content:
    """The lines of a web page's main text."""
    if len(data) > MAX_PAGE_BYTES:
        raise SourceRefused(name, f"It is a page of more than {MAX_PAGE_BYTES // 2**20} MiB.")
    # Broken markup nests deeper than the 256 levels that lxml reads otherwise.
    parser = lxml_html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", sanitize(_decoded(name, data)))
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise SourceRefused(name, "It is not a readable web page.") from None
    if sum(1 for _ in root.iter()) > MAX_PAGE_ELEMENTS:
        raise SourceRefused(name, f"It is a page of more than {MAX_PAGE_ELEMENTS:,} elements.")
    title, published = _stated_title(root), _stated_date(root)
    body = root.find("body")
    body = root if body is None else body
    drop_buttons(body)
    report = report_of(page_lines(body, find_blocks(body)), title)
    # Entities such as &#8203; are characters only now.
    lines = [replace(line, text=sanitize(line.text).replace("\n", " ")) for line in report.lines]
    return Content(lines, title=title, published=published or report.published)


def _decoded(name: str, data: bytes) -> str:
    """The page's text: as plain text is decoded, else as the page itself declares."""
    try:
        return decode(name, data)
    except SourceRefused:
        declared = _CHARSET.search(data[:4096])
        if declared is None or declared[1].lower() in (b"utf-8", b"utf8"):
            raise
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            raise SourceRefused(name, "Its encoding is none that is read, or damaged.") from None


def _stated_title(root: etree._Element) -> str:
    """The title in the page's head: what government sites put in ArticleTitle."""
    stated = {
        (m.get("name") or m.get("property") or "").lower(): m.get("content") or ""
        for m in root.iter("meta")
    }
    for key in ("articletitle", "og:title"):
        if stated.get(key, "").strip():
            return str(stated[key]).strip()
    titles = [_text(t) for t in root.iter("title")]
    return re.split(r"\s*[_|｜-]+\s*|——", titles[0])[0] if titles else ""


def _stated_date(root: etree._Element) -> str:
    for meta in root.iter("meta"):
        if (meta.get("name") or "").lower() in ("pubdate", "publishdate", "publishtime"):
            return str(meta.get("content") or "")[:10]
    return ""


def _text(element: etree._Element) -> str:
    return "".join("".join(map(str, element.itertext())).split())
