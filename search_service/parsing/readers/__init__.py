"""One reader per format; each turns the bytes of a file into lines.

The format is told from the content, the extension only decides between formats
that are all plain text. Readers know nothing of outlines or metadata.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from search_service.errors import SourceRefused
from search_service.parsing.guard import guarded
from search_service.parsing.readers import docx, html, markdown, pdf, text
from search_service.parsing.readers.content import Content

__all__ = ["SUFFIXES", "Content", "read_content"]

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf")
"""The extensions that are read, apart from ``.jsonl`` and ``.jsonl.gz``."""

_DATA = (".json", ".jsonl", ".csv", ".tsv", ".xml", ".yaml", ".yml", ".log", ".py", ".js", ".css")
"""Extensions of text that is no report."""

_SAVE_AS = "Open it and save it as .docx, .pdf, .html or .txt."


@dataclass(frozen=True, slots=True)
class _Signature:
    """A format that is recognised in order to say why it is not read."""

    start: bytes
    reason: str


_UNREADABLE = (
    _Signature(b"{\\rtf", f"It is an RTF file. {_SAVE_AS}"),
    _Signature(b"\x1f\x8b", "It is a gzip archive; only .jsonl.gz is read."),
    _Signature(b"Rar!", "It is a RAR archive; unpack it first."),
    _Signature(b"7z\xbc\xaf", "It is a 7z archive; unpack it first."),
    _Signature(b"\x89PNG", "It is a picture; text in pictures is not read."),
    _Signature(b"\xff\xd8\xff", "It is a picture; text in pictures is not read."),
    _Signature(b"GIF8", "It is a picture; text in pictures is not read."),
    _Signature(b"II*\x00", "It is a picture; text in pictures is not read."),
    _Signature(b"MIME-Version:", f"It is a web archive (.mht). {_SAVE_AS}"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_content(name: str, data: bytes) -> Content:
    """The lines of the file ``name``, or a refusal that says what it is."""
    if not data.strip(b"\0\t\n\r \xef\xbb\xbf"):
        raise SourceRefused(name, "It is empty.")
    with guarded(name):
        reader = _reader(name, data)
        try:
            return reader(name, data)
        except RecursionError:
            raise SourceRefused(name, "It is nested too deeply to be a report.") from None


def _reader(name: str, data: bytes) -> Callable[[str, bytes], Content]:
    if data.startswith(b"PK\x03\x04") or (name.lower().endswith(".docx") and data[:2] == b"PK"):
        return _zipped
    if b"%PDF-" in data[:1024]:
        return pdf.read
    if data.startswith(_OLE):
        raise SourceRefused(name, _ole_reason(data))
    for signature in _UNREADABLE:
        if data.startswith(signature.start):
            raise SourceRefused(name, signature.reason)
    return _text_reader(name, data, PurePath(name).suffix.lower())


def _text_reader(name: str, data: bytes, suffix: str) -> Callable[[str, bytes], Content]:
    is_markdown = suffix in (".md", ".markdown")
    # Markdown may begin with a tag too: <div align="center">.
    if html.looks_like_html(data, whole=is_markdown):
        return html.read
    if is_markdown:
        return markdown.read
    if suffix in (".docx", ".pdf"):
        raise SourceRefused(name, f"It is not a {suffix} file: the content is something else.")
    if suffix in (".html", ".htm"):
        return html.read
    if suffix in _DATA:
        raise SourceRefused(name, f"A {suffix} file is no report. {_SAVE_AS}")
    return text.read


def _zipped(name: str, data: bytes) -> Content:
    try:
        return docx.read(name, data)
    except zipfile.BadZipFile:
        raise SourceRefused(name, "It is damaged or cut off: the archive has no index.") from None


def _ole_reason(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "It is protected with a password; save it without one."
    return "It is an old Word or WPS file (.doc). Open it and save it as .docx."
