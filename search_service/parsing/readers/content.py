"""What a reader hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search_service.parsing.lines import Line


@dataclass(frozen=True, slots=True)
class Content:
    """The lines of a file, before cleaning."""

    lines: Sequence[Line]
    title: str = ""
    """A title that stands outside the text, such as a page's; used if the text has none."""
    published: str = ""
    """A date of publication that stands outside the text."""
    note: str = ""
    """What could not be read, e.g. scanned pages."""
