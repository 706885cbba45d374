"""What completes the text that is being typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest

from search_service.analysis import Segmenter, fold
from search_service.completing import completions
from search_service.engines.base import Deadline, Engine, Suggestion
from search_service.errors import InvalidRequest
from search_service.parsing.normal import simplified
from search_service.query import Literal, Plan, parse, plan
from search_service.understanding import Places

_EFFORT = 1536
"""Sections that may be read to count completions: this bounds what an answer costs, also
where all of them are long and of middling frequency. Frequent ones are counted without
reading, so what is left out is one of many, and rarely the first."""
_COMBINED = 8
"""Completions that are counted where chunks stand before: each of them is a search."""


def suggest(
    q: str,
    limit: int,
    engine: Engine,
    segmenter: Segmenter,
    places: Places,
    deadline: Deadline,
) -> Sequence[Suggestion]:
    """Return up to ``limit`` words, phrases, headings and places that complete ``q``.

    What nothing completes is completed in simplified characters. Raises ``DeadlineExceeded``.
    """
    if limit < 1:
        raise InvalidRequest({"limit": ["must be 1 or more"]})
    found = _suggested(q, limit, engine, segmenter, places, deadline)
    if found or (plain := simplified(q)) == q:
        return found
    return _suggested(plain, limit, engine, segmenter, places, deadline)


def _suggested(
    q: str,
    limit: int,
    engine: Engine,
    segmenter: Segmenter,
    places: Places,
    deadline: Deadline,
) -> Sequence[Suggestion]:
    *before, last = q.split() or [""]
    prefix = fold(last)
    if not prefix:
        return []
    completing = _found(prefix, limit, engine, segmenter, places, deadline)
    if before:
        completing = islice(completing, _COMBINED)
    found = dict.fromkeys(" ".join([*before, text]) for text in completing)
    plans = [_plan(text, segmenter) for text in found]
    totals = zip(found, engine.totals(plans, _EFFORT, deadline), strict=True)
    counts = {text: total for text, total in totals if total}
    kept = [text for text in counts if not _absorbed(text, counts, q)]
    kept.sort(key=lambda text: (-counts[text], text))
    return [Suggestion(text, counts[text]) for text in kept[:limit]]


def _plan(text: str, segmenter: Segmenter) -> Plan:
    if text.isalnum() and text == text.casefold():  # no sign to read, and not OR
        return Plan(literal=Literal(fold(text)))
    return plan(parse(text, segmenter, synonyms=False), "literal")


def _found(
    prefix: str,
    limit: int,
    engine: Engine,
    segmenter: Segmenter,
    places: Places,
    deadline: Deadline,
) -> Iterator[str]:
    """Yield what completes ``prefix``: places, then words and phrases in turn."""
    yield from sorted(
        name for name in places.districts() | places.towns() if name.startswith(prefix)
    )
    words = (suggestion.text for suggestion in engine.suggest(prefix, limit, deadline))
    for texts in zip_longest(words, completions(prefix, engine, segmenter, deadline)):
        yield from filter(None, texts)


def _absorbed(text: str, counts: Mapping[str, int], q: str) -> bool:
    """Whether a longer completion says more and finds the same; never what was typed."""
    return fold(text) != fold(q) and any(
        len(longer) > len(text) and longer.startswith(text) and count == counts[text]
        for longer, count in counts.items()
    )
