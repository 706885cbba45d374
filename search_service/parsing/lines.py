"""What one line of a report is, before and after cleaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a piece of one, with what its format says about it."""

    text: str
    hint: int | None = None
    """Heading level that the format states (Markdown ``#``, ``<h2>``, a Word style)."""
    bold: int = 0
    """How many characters at the start are bold."""
    bullet: bool = False
    """The line was a list item, so a number of its own may be lost."""
    indented: bool = False
    """The line began with the white space that opens a paragraph."""
    row: bool = False
    """The line is a row of a table, its cells one after another."""

    @property
    def all_bold(self) -> bool:
        """Whether the whole line is bold."""
        return bool(self.text) and self.bold >= len(self.text)
