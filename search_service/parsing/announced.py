"""Numbered lines that a line above announces: 附件：1.… 2.…, 主要荣誉如下：1.… 2.….

They list what it says, one line each; as headings they would take over the
signature and whatever follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from search_service.parsing.lines import Line
from search_service.parsing.markers import DEPTH, Marker, read_marker

_NOTE = re.compile(r"(?:附件?|备?注|说明)\s*[:：]\s*")
_ENDS = "。？！"


def announced_items(lines: Sequence[Line], markers: Sequence[Marker | None]) -> Iterator[int]:
    """Which numbered lines are items of such lists.

    In the introduction, 报告如下： announces the whole report.
    """
    in_section = False
    for index, (line, marker) in enumerate(zip(lines, markers, strict=True)):
        in_section = in_section or marker is not None
        if marker is not None or not in_section:
            continue
        if note := _NOTE.match(line.text):
            rest = line.text[note.end() :]
            items = list(_run(lines, markers, index + 1, read_marker(rest), any_end=True))
            least = 2 if rest and read_marker(rest) is None else 1
        elif line.text[-1] in "：:":
            items = list(_run(lines, markers, index + 1, None, any_end=False))
            least = 2
        else:
            continue
        if len(items) >= least:
            yield from items


def _run(
    lines: Sequence[Line],
    markers: Sequence[Marker | None],
    start: int,
    before: Marker | None,
    *,
    any_end: bool,
) -> Iterator[int]:
    """Lines from ``start`` that count on from ``before``, or from 1, with nothing between."""
    for index in range(start, len(lines)):
        marker = markers[index]
        if marker is None or DEPTH[marker.style] < DEPTH["arabic"] or marker.style == "shi":
            return
        if before is None:
            fits = marker.number == 1
        else:
            fits = (marker.style, marker.number) == (before.style, before.number + 1)
        # A full stop in it or after it: sentences, or a heading with its text.
        inner = lines[index].text[marker.length :]
        if not fits or any(char in _ENDS for char in (inner[:-1] if any_end else inner)):
            return
        yield index
        before = marker
