"""Plain text in UTF-8, UTF-16 or GB18030.

Encodings are tried strictly, in the order in which a wrong one is least likely
to succeed; statistics guess wrong on short texts, strict decoding does not.
"""

from __future__ import annotations

import codecs
import re

from search_service.errors import SourceRefused
from search_service.parsing.cleaning import count_breaks, plain_lines, refuse_many_lines
from search_service.parsing.readers.content import Content

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 20_000
_ORDINARY = re.compile(
    r"[\s\x20-\x7e\u00a0-\u00ff\u2010-\u203f\u2160-\u217b\u2460-\u24ff\u25a0-\u25ff"
    r"\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read(name: str, data: bytes) -> Content:
    """The lines of a plain-text file."""
    return Content(plain_lines(decode_lines(name, data)))


def decode_lines(name: str, data: bytes) -> str:
    """The text of ``data``; refuses also what has too many lines to be a report."""
    text = decode(name, data)
    refuse_many_lines(name, count_breaks(text))
    return text


def decode(name: str, data: bytes) -> str:
    """The text of ``data``; refuses what is not text in a supported encoding."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(name, data[len(bom) :], encoding)
    if wide := _utf16_without_bom(data):
        return _strict(name, data, wide)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(name, data, error)
        text = _gb18030(name, data)
    if len(_CONTROL.findall(text[:_SAMPLE])) * 100 > len(text[:_SAMPLE]):
        raise SourceRefused(name, "It is not text: it is full of control characters.")
    return text


def _strict(name: str, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"It begins as {encoding.upper()}, but is damaged at byte {error.start:,}."
        raise SourceRefused(name, message) from None
    if not _ordinary(text):
        raise SourceRefused(name, f"It begins as {encoding.upper()}, but holds no readable text.")
    return text


def _utf16_without_bom(data: bytes) -> str | None:
    """UTF-16 by its zero bytes: line feeds, digits and spaces have one each."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
    return encoding if _ordinary(text) and "\0" not in text else None


def _refuse_damaged_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> None:
    """Refuse UTF-8 with a damaged place rather than read it as GB18030 nonsense."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    multibyte = sum(char > "\x7f" for char in text) - damaged
    if multibyte > 20 * damaged:
        raise SourceRefused(name, f"It is UTF-8 text, but damaged at byte {error.start:,}.")


def _gb18030(name: str, data: bytes) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if not text or not _ordinary(text):
        raise SourceRefused(
            name, "It is not text in UTF-8, UTF-16 or GB18030: save it in one of these."
        )
    return text


def _ordinary(text: str) -> bool:
    """Whether the characters are those that Chinese and Latin text is written in."""
    sample = text[:_SAMPLE]
    return len(_ORDINARY.findall(sample)) * 100 >= len(sample) * 95
