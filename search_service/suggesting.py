"""What completes the text that is being typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from search_service.analysis import Segmenter, fold
from search_service.completing import completions
from search_service.engines.base import Deadline, Engine, Suggestion
from search_service.errors import InvalidRequest
from search_service.parsing.normal import simplified
from search_service.query import Literal, Plan, parse, plan
from search_service.understanding import Places

_EFFORT = 1280
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
    completing = _Completing(limit, engine, segmenter, places, deadline)
    found = completing.of(q)
    if found or (plain := simplified(q)) == q:
        return found
    return completing.of(plain)


@dataclass(frozen=True, slots=True)
class _Completing:
    """What one answer is made with."""

    limit: int
    engine: Engine
    segmenter: Segmenter
    places: Places
    deadline: Deadline

    def of(self, q: str) -> Sequence[Suggestion]:
        """Return what completes ``q`` as it is written."""
        *before, last = q.split() or [""]
        prefix = fold(last)
        if not prefix:
            return []
        candidates = self._candidates(prefix)
        if before:
            candidates = islice(candidates, _COMBINED)
        found = dict.fromkeys(" ".join([*before, text]) for text in candidates)
        plans = [_plan(text, self.segmenter) for text in found]
        totals = zip(found, self.engine.totals(plans, _EFFORT, self.deadline), strict=True)
        counts = {text: total for text, total in totals if total}
        kept = [text for text in counts if not _absorbed(text, counts, q)]
        kept.sort(key=lambda text: (-counts[text], text))
        return [Suggestion(text, counts[text]) for text in kept[: self.limit]]

    def _candidates(self, prefix: str) -> Iterator[str]:
        """Yield what may complete ``prefix``: places, then words and phrases in turn."""
        names = self.places.held().districts | self.places.towns()
        yield from sorted(name for name in names if name.startswith(prefix))
        suggestions = self.engine.suggest(prefix, self.limit, self.deadline)
        words = (suggestion.text for suggestion in suggestions)
        mined = completions(prefix, self.engine, self.segmenter, self.deadline)
        for texts in zip_longest(words, mined):
            yield from filter(None, texts)


def _plan(text: str, segmenter: Segmenter) -> Plan:
    if text.isalnum() and text == text.casefold():  # no sign to read, and not OR
        return Plan(literal=Literal(fold(text)))
    return plan(parse(text, segmenter, synonyms=False), "literal")


def _absorbed(text: str, counts: Mapping[str, int], q: str) -> bool:
    """Whether a longer completion says more and finds the same; never what was typed."""
    return fold(text) != fold(q) and any(
        len(longer) > len(text) and longer.startswith(text) and count == counts[text]
        for longer, count in counts.items()
    )
