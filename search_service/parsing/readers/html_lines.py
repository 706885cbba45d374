"""The lines that a reader of a web page sees, and where its main block and menus stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from search_service.parsing.lines import Line
from search_service.parsing.readers.html_blocks import BLOCKS, CELLS, Blocks, is_link, is_titled

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_STRONG = ("b", "strong")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_PRE_STYLE = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
_CELL = "\x1f"
"""Stands between the cells of a row until the line is finished; no text holds it."""
_BESIDE_LINK = re.compile(r"(?:[\W\d_]|[年月日])*")
"""What stands beside a link in a list: its day, a bullet."""
_SPACES = re.compile(r"[ \t\r\n\x1f]+")
# Chinese letters, punctuation and full-width forms.
_CHINESE = re.compile(
    "[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”‘’…—·\U00020000-\U0003ffff]"
)


class PageLines:
    """Collects the text of blocks into lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.titled: set[int] = set()
        """The lines that look as titles do."""
        self.links: set[int] = set()
        """The lines that are nothing but links to other pages, perhaps with their days."""
        self.menus: list[int] = []
        """Before which lines a menu stands."""
        self.first = self.end = 0
        """The lines of the main block."""
        self._pieces: list[str] = []
        self._length = 0
        self._bold = 0
        self._plain = False
        self._linked = False
        self._unlinked = False
        self._titled = False
        self._hint: int | None = None
        self._row = False
        self._bullet = False
        self._numbers: dict[etree._Element, int] = {}

    def add(self, text: str, style: _Style) -> None:
        """Add running text; white space in the source only parts words."""
        if not style.pre or style.row:
            self._add(text, style)
            return
        for index, line in enumerate(text.split("\n")):
            if index:
                self.finish()
            bare = line.lstrip(" ")
            indent = "" if self._length else "\u00a0" * (len(line) - len(bare))
            self._add(indent + bare, style)

    def _add(self, text: str, style: _Style) -> None:
        if not text:
            return
        if text.strip():
            self._plain = self._plain or not style.bold
            self._titled = self._titled or style.titled
            self._hint = style.hint
            self._row = style.row
            self._linked |= style.link
            self._unlinked |= not (style.link or _BESIDE_LINK.fullmatch(text))
        self._pieces.append(text)
        self._length += len(text)
        if style.bold and not self._plain:
            self._bold = self._length

    def part(self) -> None:
        """Set apart what follows, on the same line."""
        self._pieces.append(_CELL)
        self._length += 1

    def item(self, element: etree._Element) -> None:
        """Start a list item: with its number where the page shows one."""
        parent = element.getparent()
        if parent is None or parent.tag != "ol":
            self._bullet = True
            return
        self._numbers[parent] = self._numbers.get(parent, 0) + 1
        self._pieces.append(f"{self._numbers[parent]}.")
        self._length += len(self._pieces[-1])

    def finish(self) -> None:
        """Finish the line that is open, if any."""
        raw = "".join(self._pieces)
        text = raw.strip()
        if text:
            start = raw.lstrip(" \t\r\n\x1f")
            indented = start[:1] == "\u3000" or start[:2] == "\u00a0\u00a0"
            lead = len(raw) - len(raw.lstrip())
            bold = len(_spaced(raw[lead : self._bold].rstrip()))
            line = Line(_spaced(text), self._hint, bold, self._bullet, indented, self._row)
            if self._titled or line.hint is not None or line.all_bold:
                self.titled.add(len(self.lines))
            if self._linked and not self._unlinked:
                self.links.add(len(self.lines))
            self.lines.append(line)
            self._bullet = False
        self._pieces, self._length, self._bold, self._hint = [], 0, 0, None
        self._plain = self._titled = self._linked = self._unlinked = False


@dataclass(frozen=True, slots=True)
class _Style:
    """How text is shown that stands in an element."""

    bold: bool = False
    pre: bool = False
    titled: bool = False
    row: bool = False
    link: bool = False
    hint: int | None = None


def page_lines(body: etree._Element, blocks: Blocks) -> PageLines:
    """All lines of a page but those of blocks that are left out."""
    page = PageLines()
    styles = [_Style()]
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        left_out = element in blocks.left_out
        if event == "start":
            if left_out:
                walk.skip_subtree()
                _pass_over(page, element, menu=blocks.left_out[element])
                continue
            _open(page, element, blocks, styles)
            page.add(element.text or "", styles[-1])
        else:
            if not left_out:
                _close(page, element, blocks, styles)
            if element is not body:
                page.add(element.tail or "", styles[-1])
    page.finish()
    return page


def _pass_over(page: PageLines, element: etree._Element, *, menu: bool) -> None:
    if menu or element.tag in BLOCKS:
        page.finish()
    if menu:
        page.menus.append(len(page.lines))


def _open(page: PageLines, element: etree._Element, blocks: Blocks, styles: list[_Style]) -> None:
    outer = styles[-1]
    if outer.row and (element.tag in BLOCKS or element.tag in CELLS or element.tag == "br"):
        page.part()
    elif element.tag in BLOCKS or element.tag == "br" or element is blocks.main:
        page.finish()
    elif element.tag in CELLS:
        page.part()
    if element is blocks.main:
        page.first = len(page.lines)
    if element.tag == "li":
        page.item(element)
    styles.append(_styled(element, outer, blocks))


def _styled(element: etree._Element, outer: _Style, blocks: Blocks) -> _Style:
    style = element.get("style") or ""
    return replace(
        outer,
        bold=outer.bold or element.tag in _STRONG or bool(_BOLD_STYLE.search(style)),
        pre=outer.pre or element.tag == "pre" or bool(_PRE_STYLE.search(style)),
        titled=outer.titled or (element not in blocks.around and is_titled(element)),
        row=outer.row or element in blocks.rows,
        link=outer.link or is_link(element),
        hint=_HEADINGS.get(element.tag, outer.hint),
    )


def _close(page: PageLines, element: etree._Element, blocks: Blocks, styles: list[_Style]) -> None:
    styles.pop()
    if styles[-1].row and element.tag in BLOCKS:
        page.part()
    elif element is blocks.main or element.tag in BLOCKS:
        page.finish()
    if element is blocks.main:
        page.end = len(page.lines)


def _spaced(text: str) -> str:
    """``text`` with single spaces, and none for a line break between Chinese characters."""
    return _SPACES.sub(_space, text)


def _space(match: re.Match[str]) -> str:
    text, run = match.string, match[0]
    if "\n" not in run or _CELL in run:
        return " "
    around = (text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1])
    return "" if all(map(_CHINESE.match, around)) else " "
