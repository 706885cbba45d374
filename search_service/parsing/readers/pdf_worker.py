"""Reads one PDF from standard input and writes its lines as JSON.

Run as a script in a process of its own, by ``pdf.py``: pdfium is native code,
and a malicious file may make it loop, eat memory or crash. It therefore imports
nothing of the package, and takes its limits as arguments.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pypdfium2 import raw

try:
    import resource
except ImportError:  # Not on Windows; the parent's time limit still holds.
    resource = None  # type: ignore[assignment]

_PASSWORD_ERROR = 4
_MAX_CHARACTERS = 20_000_000


def main(max_pages: int, seconds: int, memory: int) -> None:
    """Answer on standard output: ``{"pages": …}`` or ``{"error": …}``."""
    _limit(seconds, memory)
    data = sys.stdin.buffer.read()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        protected = raw.FPDF_GetLastError() == _PASSWORD_ERROR
        answer({"error": "password" if protected else "damaged"})
        return
    pages = len(document)
    if pages > max_pages:
        answer({"error": "pages", "count": pages})
        return
    answer({"pages": [_page(document, index) for index in range(pages)]})


def answer(value: dict[str, Any]) -> None:
    """Write the one answer of this process."""
    sys.stdout.buffer.write(json.dumps(value).encode())


def _limit(seconds: int, memory: int) -> None:
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _page(document: pdfium.PdfDocument, index: int) -> dict[str, Any]:
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return {"damaged": True, "lines": [], "height": 0, "width": 0}
    width, height = page.get_size()
    text_page = page.get_textpage()
    lines = list(_lines(text_page))
    text_page.close()
    page.close()
    return {"lines": lines, "width": width, "height": height}


def _lines(text_page: pdfium.PdfTextPage) -> Iterator[list[Any]]:
    """Runs of characters as ``[text, left, bottom, right, top]`` in content order.

    pdfium separates lines by a line feed that it makes up.
    """
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    count = min(text_page.count_chars(), _MAX_CHARACTERS)
    text, box = "", [1e9, 1e9, -1e9, -1e9]
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        char = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if char in "\r\n\0":
            if text.strip():
                yield [text, *box]
            text, box = "", [1e9, 1e9, -1e9, -1e9]
            continue
        text += char
        if char.isspace():
            continue
        raw.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
        box = [
            min(box[0], left.value),
            min(box[1], bottom.value),
            max(box[2], right.value),
            max(box[3], top.value),
        ]
    if text.strip():
        yield [text, *box]


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
