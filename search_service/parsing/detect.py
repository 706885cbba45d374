"""What a report says about itself: the one detector for every format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from search_service.parsing.headings import Heading, find_headings
from search_service.parsing.lines import Line
from search_service.parsing.place import Found, find_place
from search_service.parsing.signature import (
    Signature,
    find_byline,
    find_date,
    find_letterhead,
    find_number,
    find_signature,
)
from search_service.parsing.title import Title, find_title, one_line
from search_service.parsing.year import Year, body_year, line_year, title_year


@dataclass(frozen=True, slots=True)
class Detected:
    """Headings and metadata as far as the text says, with what should be checked."""

    headings: list[Heading]
    title: Title
    district: str | None
    town: str | None
    issuer: str | None
    year: int | None
    date: str | None
    number: str | None
    notes: tuple[tuple[str, str], ...]
    """Field and reason, for every value that was found in a weak place."""

    def fields(self) -> dict[str, object]:
        """What was detected, by the names of a document's fields."""
        return {
            "title": self.title.text,
            "district": self.district,
            "town": self.town,
            "issuer": self.issuer,
            "year": self.year,
            "date": self.date,
            "number": self.number,
        }


def detect(lines: Sequence[Line], furniture: Sequence[str], page_title: str = "") -> Detected:
    """Read title, place, year, date and number from cleaned lines.

    ``page_title`` stands outside the text and counts where the text has no title.
    """
    title = find_title(lines)
    if page_title and not title.certain:
        stated = find_title([Line(page_title)])
        if stated.certain or not title.text:
            title = replace(title, text=one_line(page_title), certain=stated.certain)
    headings = find_headings(lines, title.end)
    first_index = headings[0].index if headings else len(lines)
    texts = [line.text for line in lines]
    introduction = [text for text in texts[title.end : first_index] if _is_paragraph(text)]
    first_heading = texts[first_index] if headings else ""
    year = title_year(title.text)
    if year.value is None and title.text and title.end < len(lines):
        year = line_year(texts[title.end])
    if year.value is None:
        year = body_year(
            introduction[:8] or texts[first_index + 1 : first_index + 2], first_heading
        )
    head = texts[: title.end + 3]
    body = texts[title.end :]
    signature = find_signature(body)
    letterhead = find_letterhead(texts[: title.start] if title.end else head)
    byline, in_brackets = find_byline(body)
    if in_brackets:
        letterhead = letterhead or byline
    elif byline:
        signature = signature or Signature(byline)
    found = find_place(title.text, letterhead, introduction, body, signature)
    return Detected(
        headings,
        title,
        found.place.district,
        found.place.town,
        found.issuer,
        year.value,
        find_date(signature, texts, head, furniture),
        find_number(texts[:first_index], furniture),
        _notes(title, year, found),
    )


def _is_paragraph(text: str) -> bool:
    ends_in_colon = text.endswith(("：", ":"))
    return (len(text) > 12 and not ends_in_colon) or "。" in text or "如下" in text


def _notes(title: Title, year: Year, found: Found) -> tuple[tuple[str, str], ...]:
    notes = []
    if not title.text:
        notes.append(("title", "none was found"))
    elif not title.certain:
        notes.append(("title", "does not read as the title of a report"))
    if year.note:
        notes.append(("year", year.note))
    if found.weak:
        notes.append(("district" if found.place.district else "town", found.weak))
    if found.place.former:
        notes.append(("district", f"written {found.place.former}, a former name"))
    return tuple(notes)
