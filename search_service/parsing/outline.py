"""Which sections a report has: headings with their ancestors and the text below them.

The level of a section is its depth: one more than the number of its ancestors.
What is an ancestor of what follows from the order of the numbering styles
(一、 above （一） above 1. above （1）…), so that （1） directly under 一、 is at
level 2, exactly where （一） would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search_service.models import Section
from search_service.parsing.headings import Heading
from search_service.parsing.lines import Line
from search_service.parsing.markers import DEPTH


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading that is still open for inner ones."""

    depth: float
    text: str


def outline(
    document_id: str, lines: Sequence[Line], headings: Sequence[Heading]
) -> tuple[Section, ...]:
    """Divide ``lines`` into sections at ``headings``.

    Headings and texts in order, put together, are the lines again: nothing is
    lost but white space where a heading meets its text.
    """
    depths = _depths(headings, lines)
    sections: list[Section] = []
    first = headings[0].index if headings else len(lines)
    opening = _text(lines[:first])
    if opening or not headings:
        sections.append(Section(document_id, 0, "", (), 0, opening))
    stack: list[_Open] = []
    for position, heading in enumerate(headings):
        end = headings[position + 1].index if position + 1 < len(headings) else len(lines)
        line = lines[heading.index].text
        title = line[: heading.length].rstrip()
        rest = [Line(line[heading.length :].lstrip())] if heading.length < len(line) else []
        _close(stack, depths[position], heading)
        path = tuple(item.text for item in stack)
        body = _text([*rest, *lines[heading.index + 1 : end]])
        sections.append(Section(document_id, len(sections), title, path, len(path) + 1, body))
        stack.append(_Open(depths[position], title))
    return tuple(sections)


def _text(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _close(stack: list[_Open], depth: float, heading: Heading) -> None:
    """Leave only the ancestors of ``heading`` open.

    A series that starts at 1 while none of its style is open belongs to the
    heading before it, whatever the usual order of the two styles is.
    """
    if any(item.depth == depth for item in stack):
        while stack.pop().depth != depth:
            pass
        return
    if heading.marker is not None and heading.marker.number == 1 and depth > DEPTH["cn"]:
        return
    while stack and stack[-1].depth > depth:
        stack.pop()


def _depths(headings: Sequence[Heading], lines: Sequence[Line]) -> list[float]:
    """How deep each heading is, comparable within the document.

    前言 is as deep as what follows it, 结语 as the outermost heading before it.
    """
    depths = iter(_depths_by_form([h for h in headings if h.place is None], lines))
    found: list[float | None] = [None if h.place else next(depths) for h in headings]
    following: float = DEPTH["cn"]
    for at in reversed(range(len(found))):
        if headings[at].place == "first":
            found[at] = following
        depth = found[at]
        following = following if depth is None else depth
    known: list[float] = []
    for depth in found:
        known.append(min(known, default=DEPTH["cn"]) if depth is None else depth)
    return known


def _depths_by_form(headings: Sequence[Heading], lines: Sequence[Line]) -> list[float]:
    """How deep headings are by their numbers and formats.

    Headings without a number take the depth of the numbered ones that the
    format puts on the same level; bold lines go below what stands above the
    first of them.
    """
    by_hint: dict[int, float] = {}
    for heading in headings:
        hint = lines[heading.index].hint
        if heading.marker is not None and hint is not None:
            by_hint.setdefault(hint, DEPTH[heading.marker.style])
    depths: list[float] = []
    bold: float | None = None
    for heading in headings:
        if heading.marker is not None:
            depths.append(DEPTH[heading.marker.style])
        elif heading.hint is not None:
            depths.append(_hinted(heading.hint, by_hint))
        else:
            if bold is None:
                bold = depths[-1] + 0.5 if depths else DEPTH["chapter"] + 0.5
            depths.append(bold)
    return depths


def _hinted(hint: int, by_hint: dict[int, float]) -> float:
    if hint in by_hint:
        return by_hint[hint]
    outer = [depth for level, depth in by_hint.items() if level < hint]
    base = max(outer) if outer else 0.0
    return base + hint / 100
