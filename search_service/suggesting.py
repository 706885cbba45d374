"""What completes the text that is being typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search_service.analysis import Segmenter, fold
from search_service.engines.base import Engine, Suggestion
from search_service.query import parse, plan
from search_service.understanding import Places


def suggest(
    q: str, limit: int, engine: Engine, segmenter: Segmenter, places: Places
) -> Sequence[Suggestion]:
    """Return up to ``limit`` words, phrases, headings and places that complete ``q``."""
    *before, last = q.split() or [""]
    prefix = fold(last)
    if not prefix:
        return []
    mined = engine.completions(prefix, limit)
    counts = {} if before else {suggestion.text: suggestion.sections for suggestion in mined}
    found = [(text, 0) for text in _places(prefix, places)]
    found += [(suggestion.text, suggestion.sections) for suggestion in mined]
    found += [(word.text, word.sections) for word in engine.suggest(prefix, limit)]
    for text, least in found:
        whole = " ".join([*before, text])
        enough = least and sum(count > least for count in counts.values()) >= limit
        if whole not in counts and not enough:  # counting is what takes time
            counts[whole] = _sections(whole, engine, segmenter)
    kept = [text for text, count in counts.items() if count and not _absorbed(text, counts, q)]
    kept.sort(key=lambda text: (-counts[text], text))
    return [Suggestion(text, counts[text]) for text in kept[:limit]]


def _absorbed(text: str, counts: Mapping[str, int], q: str) -> bool:
    """Whether a longer completion says more and finds the same; never what was typed."""
    return fold(text) != fold(q) and any(
        len(longer) > len(text) and longer.startswith(text) and count == counts[text]
        for longer, count in counts.items()
    )


def _places(prefix: str, places: Places) -> list[str]:
    return sorted(name for name in places.districts() | places.towns() if name.startswith(prefix))


def _sections(q: str, engine: Engine, segmenter: Segmenter) -> int:
    return engine.search(plan(parse(q, segmenter), "literal"), limit=0).total
