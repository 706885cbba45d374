"""Which blocks of a web page are text: the main block, menus, rows of data.

Every decision is taken from counts that one walk from the leaves to the root
collects, so that a page costs time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

BLOCKS = frozenset(
    (
        "p", "div", "section", "article", "main", "li", "ul", "ol", "dl", "dt", "dd", "tr",
        "table", "tbody", "thead", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre",
        "center", "body", "address", "figure", "figcaption", "hr", "header",
    )
)  # fmt: skip
CELLS = ("td", "th")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_REMOVED = frozenset(
    (
        "script", "style", "noscript", "template", "iframe", "object", "embed", "form", "button",
        "select", "option", "input", "textarea", "svg", "canvas", "nav", "header", "footer",
        "aside", "link", "meta", "map", "audio", "video",
    )
)  # fmt: skip
_CHROME = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|breadcrumbs?|crumbs?|footer|foot|head(?:er)?bar|share"
    r"|bdsharebuttonbox|sidebar|toolbar|copyright|pagination|position|location|weizhi|dqwz|mbx"
    r"|related|recommend|prevnext|qrcode|ewm|login|search(?:box|bar)?)(?:$|[-_\s\d])",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:^|[-_\s])header(?:$|[-_\s\d])", re.IGNORECASE)
_TITLE = re.compile(r"(?:^|[-_\s])(?:\w*title|tit|bt|biaoti|headline)(?:$|[-_\s\d])", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CONTAINERS = ("div", "td", "section", "article", "main", "form", "center", "body")
_SENTENCE = re.compile(r"[，。；：、]")
_WORD = re.compile(r"[^\W\d_]")
ATTACHMENT = re.compile(
    r"\.(?:docx?|wps|xlsx?|et|pdf|pptx?|ofd|zip|rar)\s*$|附件|download|attach", re.IGNORECASE
)
# Reports also write of 版权所有 and ICP备案: only what identifies a site says who runs it.
_IMPRINT = re.compile(
    r"(?:ICP备|公网安备)\s*\d|网站标识码\s*[:：]?\s*\w|版权所有\s*[:：©]|©|Copyright\s*[(\d]"
    r"|(?:主办|主管)(?:单位)?\s*[:：].{1,40}(?:承办|技术支持)(?:单位)?\s*[:：]",
    re.IGNORECASE,
)
_DATED = re.compile(r"年.{1,3}月.{1,3}日")
_MANY = 8
"""With so many signs of sentences a block is text, whatever it is called."""
_MIN_SHARE = 0.75
_MENU_LINKS = 3
"""Inside of the main text fewer links than this are no menu."""
_MAX_IMPRINT = 400
_MAX_CELL = 40
_MAX_NAMES = 200


@dataclass(slots=True)
class _Counts:
    """What an element holds, without what is removed from it."""

    plain: int = 0
    """Characters outside of links."""
    prose: int = 0
    """Those of them in pieces that read as sentences: menus have no punctuation."""
    linked: int = 0
    links: int = 0
    signs: int = 0
    """Signs of sentences, in links or not."""
    stops: int = 0
    paragraphs: int = 0
    """Innermost blocks with text."""
    unlinked: int = 0
    """Those of them in words without any link, but for titles such as 相关新闻."""
    breaks: int = 0
    titles: int = 0
    words: bool = False
    """Whether there is more outside of links than numbers and signs."""
    imprint: bool = False
    dated: bool = False

    def read(self, text: str | None, *, in_link: bool) -> None:
        """Count a piece of text."""
        if not text or not (stripped := text.strip()):
            return
        signs = len(_SENTENCE.findall(text))
        self.signs += signs
        self.stops += text.count("。")
        self.imprint = self.imprint or bool(_IMPRINT.search(text))
        self.dated = self.dated or bool(_DATED.search(text))
        if in_link:
            self.linked += len(stripped)
        else:
            self.words = self.words or bool(_WORD.search(text))
            self.plain += len(stripped)
            self.prose += len(stripped) if signs else 0

    def include(self, inner: _Counts) -> None:
        """Count what a child holds."""
        self.plain += inner.plain
        self.prose += inner.prose
        self.linked += inner.linked
        self.links += inner.links
        self.signs += inner.signs
        self.stops += inner.stops
        self.paragraphs += inner.paragraphs
        self.unlinked += inner.unlinked
        self.breaks += inner.breaks
        self.titles += inner.titles
        self.words = self.words or inner.words
        self.imprint = self.imprint or inner.imprint
        self.dated = self.dated or inner.dated


@dataclass(slots=True)
class Blocks:
    """The parts of a page that decide what is read of it."""

    main: etree._Element
    """The innermost block that still holds most of the page's sentences."""
    around: set[etree._Element] = field(default_factory=set)
    """The main block and everything that it stands in."""
    left_out: dict[etree._Element, bool] = field(default_factory=dict)
    """What is not read, and whether it is a menu: text before and after it is apart."""
    rows: set[etree._Element] = field(default_factory=set)
    """Table rows of data, which are lines; other tables only arrange the page."""


def find_blocks(body: etree._Element) -> Blocks:
    """Tell the main block of a page, and its menus, from the rest."""
    removed = _removed(body, _counts(body, {}))
    counts = _counts(body, removed)
    main = _main(body, counts)
    blocks = Blocks(main, {main, *main.iterancestors()}, removed)
    _judge(body, blocks, counts)
    return blocks


def names(element: etree._Element) -> str:
    """What the page's author calls an element; names without end say nothing."""
    return f"{element.get('class') or ''} {element.get('id') or ''}"[:_MAX_NAMES]


def is_titled(element: etree._Element) -> bool:
    """Whether an element looks as titles do."""
    centred = element.get("align") == "center" or "center" in (element.get("style") or "")
    centred = centred or element.tag == "center"
    return element.tag in _HEADINGS or centred or bool(_TITLE.search(names(element)))


def _elements(body: etree._Element) -> Iterator[etree._Element]:
    for _, element in etree.iterwalk(body, events=("end",)):
        if isinstance(element.tag, str):
            yield element


def _counts(
    body: etree._Element, removed: dict[etree._Element, bool]
) -> dict[etree._Element, _Counts]:
    """The counts of every element that is not removed."""
    counts: dict[etree._Element, _Counts] = {}
    walk = etree.iterwalk(body, events=("start", "end"))
    links = 0
    for event, element in walk:
        if element in removed:
            if event == "start":
                walk.skip_subtree()
        elif event == "start":
            links += is_link(element)
        else:
            counts[element] = _counted(element, counts, in_link=links > 0)
            links -= is_link(element)
    return counts


def _counted(
    element: etree._Element, counts: dict[etree._Element, _Counts], *, in_link: bool
) -> _Counts:
    found = _Counts()
    found.read(element.text, in_link=in_link)
    for child in element:
        if child in counts:
            found.include(counts[child])
        found.read(child.tail, in_link=in_link)
    found.links += is_link(element)
    found.breaks += element.tag == "br"
    titled = element.tag in _HEADINGS or bool(_TITLE.search(names(element)))
    found.titles += titled and found.plain > 0
    block = element.tag in BLOCKS or element.tag in CELLS
    if block and not found.paragraphs and found.plain + found.linked:
        found.paragraphs = 1
        found.unlinked += found.words and not found.linked and (found.prose > 0 or not titled)
    return found


def is_link(element: etree._Element) -> bool:
    """Whether an element leads to another page: not to a place on this one or an attachment."""
    href = (element.get("href") or "").strip()
    if element.tag != "a" or not href or href.startswith("#"):
        return False
    return not (ATTACHMENT.search(href) or ATTACHMENT.search(element.text or ""))


def _removed(
    body: etree._Element, counts: dict[etree._Element, _Counts]
) -> dict[etree._Element, bool]:
    """What is never text by its name: scripts, menus, hidden blocks."""
    removed: dict[etree._Element, bool] = {}
    for element in _elements(body):
        if element is body:
            continue
        found = counts[element]
        is_header = element.tag == "header" or bool(_HEADER.search(names(element)))
        if is_header and _is_of_article(found):
            continue
        chrome = is_header or bool(_CHROME.search(names(element)))
        if element.tag == "form" and found.signs >= _MANY:
            continue  # ASP.NET wraps whole pages in one form.
        if (
            element.tag in _REMOVED
            or (chrome and found.signs < _MANY)
            or _HIDDEN.search(element.get("style") or "")
        ):
            removed[element] = found.links > 0
    return removed


def _is_of_article(found: _Counts) -> bool:
    """Whether a header holds the title of the text, not the name and menus of the site."""
    return found.titles > 0 and found.linked <= found.plain


def _main(body: etree._Element, counts: dict[etree._Element, _Counts]) -> etree._Element:
    def prose(element: etree._Element) -> int:
        return counts[element].prose if element in counts else 0

    current = body
    while True:
        best = max(current, key=prose, default=None)
        if best is None or prose(best) < _MIN_SHARE * max(1, prose(body)):
            break
        current = best
    while current is not body and current.tag not in _CONTAINERS:
        parent = current.getparent()
        if parent is None:
            break
        current = parent
    return current


def _judge(body: etree._Element, blocks: Blocks, counts: dict[etree._Element, _Counts]) -> None:
    """Find menus and imprints by what they hold, and rows of data."""
    walk = etree.iterwalk(body, events=("start", "end"))
    inside = False
    for event, element in walk:
        if element is blocks.main:
            inside = event == "start"
        if event == "end" or element in blocks.around:
            continue
        if element in blocks.left_out:
            walk.skip_subtree()
        elif element.tag in BLOCKS or element.tag in CELLS:
            found = counts[element]
            if _is_menu(found, _MENU_LINKS if inside else 1) or _is_imprint(found):
                blocks.left_out[element] = True
                walk.skip_subtree()
            elif element.tag == "tr" and _is_data(element, blocks, counts):
                blocks.rows.add(element)


def _is_menu(found: _Counts, links: int) -> bool:
    """Whether a block leads away from the page, and says nothing else."""
    dense = found.linked > max(found.plain, 3 * found.prose)
    return found.links >= links and dense and not found.unlinked


def _is_imprint(found: _Counts) -> bool:
    """Whether a block says who runs the site: a signature has a date."""
    short = found.plain + found.linked <= _MAX_IMPRINT and found.stops <= 1
    return found.imprint and short and not found.dated


def _is_data(row: etree._Element, blocks: Blocks, counts: dict[etree._Element, _Counts]) -> bool:
    """Whether the cells of a row are entries, not columns of the page."""
    if any(cell in blocks.around for cell in row):
        return False
    cells = [counts[cell] for cell in row if cell in counts]
    return sum(cell.plain + cell.linked > 0 for cell in cells) > 1 and all(
        cell.paragraphs + cell.breaks <= 1
        or (cell.plain + cell.linked <= _MAX_CELL and not cell.stops)
        for cell in cells
    )
