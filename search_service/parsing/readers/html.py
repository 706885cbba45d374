"""Web pages: the main text, without menus, breadcrumbs, buttons and footers.

The page is parsed with lxml, which repairs any markup and never loads anything.
The main text is the block that holds most of the page's sentences; extractors
tuned on Western news sites drop the numbered short lines that reports consist of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from search_service.errors import SourceRefused
from search_service.parsing.cleaning import sanitize
from search_service.parsing.limits import MAX_PAGE_BYTES
from search_service.parsing.lines import Line
from search_service.parsing.readers.content import Content
from search_service.parsing.readers.text import decode

_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|div|p|meta|title|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_REMOVED = frozenset(
    (
        "script", "style", "noscript", "template", "iframe", "object", "embed", "form", "button",
        "select", "option", "input", "textarea", "svg", "canvas", "nav", "header", "footer",
        "aside", "link", "meta", "map", "audio", "video",
    )
)  # fmt: skip
_CHROME = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|breadcrumbs?|crumbs?|footer|foot|header|head(?:er)?bar|share"
    r"|bdsharebuttonbox|sidebar|toolbar|copyright|pagination|position|location|weizhi|dqwz|mbx"
    r"|related|recommend|prevnext|qrcode|ewm|login|search(?:box|bar)?)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    (
        "p", "div", "section", "article", "main", "li", "ul", "ol", "dl", "dt", "dd", "tr",
        "table", "tbody", "thead", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre",
        "center", "body", "address", "figure", "figcaption", "hr",
    )
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTAINERS = ("div", "td", "section", "article", "main", "form", "center", "body")
_TITLE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:\w*title|tit|bt|biaoti|headline)(?:$|[-_\s\d])", re.IGNORECASE
)
_MAX_TITLE = 80
_STRONG = ("b", "strong")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SENTENCE = re.compile(r"[，。；：、]")
_MANY = 8
"""With so many signs of sentences a block is text, whatever it is called."""
_MIN_SHARE = 0.75
_MAX_DEPTH = 200


def looks_like_html(data: bytes) -> bool:
    """Whether the content begins as a web page does."""
    start = data[:4096]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start[2:].replace(b"\0", b"")
    return bool(_START.match(start.removeprefix(b"\xef\xbb\xbf")))


def read(name: str, data: bytes) -> Content:
    """The lines of a web page's main text."""
    if len(data) > MAX_PAGE_BYTES:
        raise SourceRefused(name, f"It is a page of more than {MAX_PAGE_BYTES // 2**20} MiB.")
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", sanitize(_decoded(name, data)))
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise SourceRefused(name, "It is not a readable web page.") from None
    title, published = _stated_title(root), _stated_date(root)
    _strip(root)
    body = root.find("body")
    main = _main(root if body is None else body)
    lines = list(_lines(main))
    return Content([*_headlines(root, main), *lines], title=title, published=published)


def _headlines(root: etree._Element, main: etree._Element) -> list[Line]:
    """The title where it stands above the block of the main text."""
    found: list[Line] = []
    inside = {main, *main.iterancestors()}
    for element in root.iter(etree.Element):
        if element is main:
            return found[-1:]
        if _looks_like_title(element) and element not in inside and element.find(".//a") is None:
            text = _text(element)
            if 4 <= len(text) <= _MAX_TITLE:
                found.append(Line(text))
    return []


def _looks_like_title(element: etree._Element) -> bool:
    if element.tag in _HEADINGS or element.tag in _STRONG:
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    centred = element.get("align") == "center" or "center" in (element.get("style") or "")
    return centred or bool(_TITLE_CLASS.search(named))


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


def _strip(root: etree._Element) -> None:
    """Remove what is never text: scripts, menus, hidden blocks."""
    sentences: dict[etree._Element, int] = {}
    for element in _bottom_up(root):
        texts = [element.text or "", *(child.tail or "" for child in element)]
        own = sum(len(_SENTENCE.findall(text)) for text in texts)
        sentences[element] = own + sum(sentences.get(child, 0) for child in element)
    for element in list(root.iter(etree.Element)):
        if element is root or element.tag == "body" or element.getparent() is None:
            continue
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        chrome = bool(_CHROME.search(named)) and sentences[element] < _MANY
        if element.tag in _REMOVED or chrome or _HIDDEN.search(element.get("style") or ""):
            if element.tag == "form" and sentences[element] >= _MANY:
                continue  # ASP.NET wraps whole pages in one form.
            _drop(element)


def _drop(element: etree._Element) -> None:
    """Remove an element, but keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (element.tail or "")
    else:
        before.tail = (before.tail or "") + (element.tail or "")
    parent.remove(element)


def _main(body: etree._Element) -> etree._Element:
    """The innermost block that still holds most of the page's sentences."""
    weights: dict[etree._Element, int] = {}
    for element in _bottom_up(body):
        own = _weight(element.text or "") + sum(_weight(c.tail or "") for c in element)
        inner = 0 if element.tag == "a" else sum(weights.get(c, 0) for c in element)
        weights[element] = own * (element.tag != "a") + inner
    current = body
    while True:
        best = max(current, key=lambda child: weights.get(child, 0), default=None)
        if best is None or weights.get(best, 0) < _MIN_SHARE * max(1, weights[body]):
            break
        current = best
    while current is not body and current.tag not in _CONTAINERS:
        parent = current.getparent()
        if parent is None:
            break
        current = parent
    return current


def _bottom_up(body: etree._Element) -> Iterator[etree._Element]:
    for _, element in etree.iterwalk(body, events=("end",)):
        if isinstance(element.tag, str):
            yield element


def _weight(text: str) -> int:
    """Characters of prose: menus have no punctuation."""
    return len(text.strip()) if _SENTENCE.search(text) else 0


def _all_text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _text(element: etree._Element) -> str:
    return "".join(_all_text(element).split())


class _Builder:
    """Collects the text of blocks into lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._text = ""
        self._bold = 0
        self._plain = False
        self.hint: int | None = None
        self.bullet = False
        self._numbers: dict[etree._Element, int] = {}

    def add(self, text: str, bold: bool) -> None:
        """Add running text; white space in the source means one space."""
        text = re.sub(r"[ \t\r\n]+", " ", text)
        if not self._text:
            text = text.lstrip(" ")
        if text.strip() and not bold:
            self._plain = True
        if bold and not self._plain:
            self._bold = len(self._text) + len(text)
        self._text += text

    def item(self, element: etree._Element) -> None:
        """Start a list item: with its number where the page shows one."""
        parent = element.getparent()
        if parent is None or parent.tag != "ol":
            self.bullet = True
            return
        self._numbers[parent] = self._numbers.get(parent, 0) + 1
        self._text = f"{self._numbers[parent]}."

    def end(self) -> None:
        """Finish the line that is open, if any."""
        indented = self._text[:1] == "\u3000" or self._text[:2] == "\u00a0\u00a0"
        stripped = self._text.strip()
        if stripped:
            lead = len(self._text) - len(self._text.lstrip())
            bold = max(0, self._bold - lead)
            self.lines.append(Line(stripped, self.hint, bold, self.bullet, indented))
            self.bullet = False
        self._text, self._bold, self._plain = "", 0, False


def _lines(main: etree._Element) -> list[Line]:
    builder = _Builder()
    _walk(main, builder, bold=False, depth=0)
    builder.end()
    return builder.lines


def _walk(element: etree._Element, builder: _Builder, bold: bool, depth: int) -> None:
    if depth > _MAX_DEPTH:
        builder.add(_all_text(element), bold)
        return
    tag = element.tag
    block = tag in _BLOCKS
    if block:
        builder.end()
    outer_hint = builder.hint
    if tag in _HEADINGS:
        builder.hint = _HEADINGS[tag]
    if tag == "li":
        builder.item(element)
    bold = bold or tag in _STRONG or bool(_BOLD_STYLE.search(element.get("style") or ""))
    builder.add(element.text or "", bold)
    for child in element:
        if child.tag == "br":
            builder.end()
        elif child.tag in ("td", "th"):
            builder.add(" ", bold)
            _walk(child, builder, bold, depth + 1)
        elif isinstance(child.tag, str):
            _walk(child, builder, bold, depth + 1)
        builder.add(child.tail or "", bold)
    if block:
        builder.end()
    builder.hint = outer_hint
