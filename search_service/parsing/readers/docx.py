"""Word documents (.docx): paragraphs, list numbers, heading styles, table rows.

The XML is read with lxml, without entities and without network, part by part
and each part only up to a limit; python-docx would unpack everything first and
knows no list numbers. Notes stand below the paragraph that they are to. Deleted
revisions, comments and hidden text are left out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from lxml import etree

from search_service.errors import SourceRefused
from search_service.parsing.cleaning import sanitize
from search_service.parsing.limits import MAX_EXPANDED_BYTES
from search_service.parsing.lines import Line
from search_service.parsing.readers.content import Content
from search_service.parsing.readers.word_numbers import (
    Numbering,
    W,
    integer,
    read_numbering,
    value,
)

_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{W}txbxContent"
_REFERENCES = (f"{W}footnoteReference", f"{W}endnoteReference")
_SKIPPED = frozenset(
    f"{W}{name}"
    for name in (
        "del",
        "moveFrom",
        "instrText",
        "delText",
        "pPr",
        "rPr",
        "sectPr",
        "tblPr",
        "object",
    )
) | {_FALLBACK}
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d|toc heading", re.IGNORECASE)
_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph style says, with what it inherits."""

    name: str
    outline: int | None
    list_id: str | None
    list_level: int
    bold: bool


@dataclass(frozen=True, slots=True)
class _Word:
    styles: dict[str, _Style]
    default: _Style
    numbering: Numbering
    notes: dict[tuple[str, str], etree._Element]
    """Footnotes and endnotes that no paragraph has referred to yet, by reference."""


def read(name: str, data: bytes) -> Content:
    """The lines of a Word document."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = _Parts(name, archive)
        main = next(
            (n for n in archive.namelist() if re.fullmatch(r"word/document\d*\.xml", n)), None
        )
        if main is None:
            raise SourceRefused(name, "It is an archive, but not a Word document (.docx).")
        body = parts.xml(main)
        styles, default = _styles(parts.xml("word/styles.xml"))
        numbering = read_numbering(parts.xml("word/numbering.xml"))
        notes = {
            (f"{W}{kind}Reference", note.get(f"{W}id", "")): note
            for kind in ("footnote", "endnote")
            if (part := parts.xml(f"word/{kind}s.xml")) is not None
            for note in part.iterchildren(f"{W}{kind}")
        }
        word = _Word(styles, default, numbering, notes)
    if body is None:
        raise SourceRefused(name, "Its text is missing.")
    return Content(list(_blocks(body, word)))


class _Parts:
    """The XML parts of the archive, within one limit for all of them."""

    def __init__(self, source: str, archive: zipfile.ZipFile) -> None:
        self._source = source
        self._archive = archive
        self._left = MAX_EXPANDED_BYTES

    def xml(self, part: str) -> etree._Element | None:
        """The root of ``part``, or None if there is no such part."""
        try:
            with self._archive.open(part) as stream:
                data = stream.read(self._left + 1)
        except KeyError:
            return None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            raise SourceRefused(
                self._source, f"It is damaged: {part} cannot be unpacked."
            ) from None
        except RuntimeError:
            raise SourceRefused(self._source, "It is protected with a password.") from None
        self._left -= len(data)
        if self._left < 0:
            limit = MAX_EXPANDED_BYTES // 2**20
            raise SourceRefused(self._source, f"It unpacks to more than {limit} MiB.")
        return self._parse(part, data.replace(_STRICT.encode(), W[1:-1].encode()))

    def _parse(self, part: str, data: bytes) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise SourceRefused(self._source, f"It is damaged: {part}: {error.msg}.") from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise SourceRefused(self._source, f"{part} declares entities, which no Word file does.")
        return root


def _styles(root: etree._Element | None) -> tuple[dict[str, _Style], _Style]:
    """Paragraph styles by id, and the one of paragraphs that name none."""
    plain = _Style("", None, None, 0, bold=False)
    if root is None:
        return {}, plain
    elements = {s.get(f"{W}styleId", ""): s for s in root.iter(f"{W}style")}
    styles: dict[str, _Style] = {}
    for key in elements:
        _resolve(key, elements, styles, plain)
    for key, element in elements.items():
        is_default = element.get(f"{W}default") in ("1", "true")
        if is_default and element.get(f"{W}type") == "paragraph":
            return styles, styles[key]
    return styles, plain


def _resolve(
    key: str, elements: dict[str, etree._Element], styles: dict[str, _Style], plain: _Style
) -> None:
    """Put the style ``key`` and those it is based on into ``styles``, each once."""
    chain: dict[str, etree._Element] = {}
    while key in elements and key not in styles and key not in chain:
        chain[key] = elements[key]
        key = value(elements[key], "basedOn") or ""
    found = styles.get(key, plain)
    for name, element in reversed(chain.items()):
        found = styles[name] = _style(element, found)


def _style(element: etree._Element, base: _Style) -> _Style:
    """The style that ``element`` makes of the one it is based on."""
    name = value(element, "name") or ""
    heading = _HEADING.fullmatch(name.strip())
    own = _own_properties(element.find(f"{W}pPr"), base)
    outline = own.outline if heading is None else integer(heading[1])
    bold = _flag(element.find(f"{W}rPr"), "b", base.bold)
    return _Style(name, outline, own.list_id, own.list_level, bold)


def _own_properties(properties: etree._Element | None, base: _Style) -> _Style:
    """``base`` changed by a paragraph's or style's own properties."""
    if properties is None:
        return base
    outline, list_id, level = base.outline, base.list_id, base.list_level
    if (stated := value(properties, "outlineLvl")) is not None:
        outline = integer(stated) + 1 if integer(stated, 9) < 9 else None
    if (numbered := properties.find(f"{W}numPr")) is not None:
        list_id = value(numbered, "numId") or list_id
        level = integer(value(numbered, "ilvl"), level)
    return _Style(base.name, outline, list_id, level, base.bold)


def _flag(properties: etree._Element | None, name: str, default: bool) -> bool:
    if properties is None or (found := properties.find(f"{W}{name}")) is None:
        return default
    return found.get(f"{W}val", "1") not in _OFF


def _blocks(parent: etree._Element, word: _Word) -> Iterator[Line]:
    """The paragraphs and table rows below ``parent``, in order."""
    for child in parent:
        if child.tag == f"{W}p":
            yield from _paragraph(child, word)
        elif child.tag == f"{W}tbl":
            yield from _table(child, word)
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            yield from _blocks(child, word)


def _table(table: etree._Element, word: _Word) -> Iterator[Line]:
    """A line per row; a table of one cell is only a frame around paragraphs."""
    for row in table.iterchildren(f"{W}tr"):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells = [list(_blocks(cell, word)) for cell in row.iterchildren(f"{W}tc")]
        if len(cells) == 1:
            yield from cells[0]
        else:
            texts = ("".join(line.text for line in cell).strip() for cell in cells)
            yield Line("")
            yield Line(" ".join(text for text in texts if text), row=True)


def _paragraph(paragraph: etree._Element, word: _Word) -> Iterator[Line]:
    properties = paragraph.find(f"{W}pPr")
    name = value(properties, "pStyle") if properties is not None else None
    style = _own_properties(properties, word.styles.get(name or "", word.default))
    if _CONTENTS.match(style.name):
        return
    runs = list(_runs(paragraph, style.bold))
    text = sanitize("".join(piece for piece, _ in runs))
    label: str | None = ""
    if style.list_id not in (None, "0") and text.strip():
        label = word.numbering.label(style.list_id or "", style.list_level)
    pieces = text.split("\n")
    bold = _bold_length(runs)
    for index, piece in enumerate(pieces):
        own = (label or "") if index == 0 else ""
        whole = own + piece.lstrip() if own else piece
        lead = len(own) if bold else 0
        hint = style.outline if index == 0 and len(pieces) == 1 else None
        yield Line(whole, hint, min(bold, len(piece)) + lead, bullet=label is None and index == 0)
        bold = max(0, bold - len(piece) - 1)
    for box in _own(paragraph, _BOX):
        yield from _blocks(box, word)
    for reference in _own(paragraph, *_REFERENCES) if word.notes else ():
        note = word.notes.pop((str(reference.tag), reference.get(f"{W}id", "")), None)
        if note is not None:
            yield from _blocks(note, word)


def _own(paragraph: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """Elements of a paragraph; those inside a text box belong to its paragraphs."""
    for element in paragraph.iter(*tags):
        between = takewhile(lambda parent: parent is not paragraph, element.iterancestors())
        if not any(parent.tag in (_BOX, _FALLBACK) for parent in between):
            yield element


def _bold_length(runs: list[tuple[str, bool]]) -> int:
    length = 0
    for text, bold in runs:
        if not bold and text.strip():
            break
        length += len(text)
    return length if any(bold for text, bold in runs if text.strip()) else 0


def _runs(parent: etree._Element, bold: bool) -> Iterator[tuple[str, bool]]:
    """The text of a paragraph with whether it is bold; breaks as line feeds."""
    for child in parent:
        if child.tag in _SKIPPED or not isinstance(child.tag, str):
            continue
        if child.tag == f"{W}r":
            properties = child.find(f"{W}rPr")
            if not _flag(properties, "vanish", default=False):
                text = "".join(_run_text(child))
                yield text, _flag(properties, "b", bold)
        elif child.tag != _BOX:
            yield from _runs(child, bold)


_SIGNS = {
    f"{W}tab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}


def _run_text(run: etree._Element) -> Iterator[str]:
    for child in run:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
