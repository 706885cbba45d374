"""How well a section answers the words of a query: the formula and its constants.

BM25 over weighted fields (Robertson, Zaragoza and Taylor, "Simple BM25 extension to
multiple weighted fields", CIKM 2004): the frequencies of a word in heading and text
are added with field weights before saturation, and so are the field lengths. The
context (title, place, path) adds a small constant per word, because it is shared by
many sections.

For questions two things are added. The terms that laws and reports write for what was
said (``synonyms``) count like words, at less weight. And documents that others name as
《title》 rank higher: the number of sections that cite a document is evidence of its
importance before anything is asked, as links are on the web (Kraaij, Westerveld and
Hiemstra, "The importance of prior probabilities for entry page search", SIGIR 2002).

For queries of several words the first hits are ranked once more by how near words that
are neighbours in the query stand to each other (``nearness``; after Tao and Zhai, "An
exploration of proximity measures in information retrieval", SIGIR 2007).

What each part adds is measured in ``docs/ranking.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

K1 = 1.2
B = 0.75
HEADING_WEIGHT = 3
"""A word in the heading counts as this many in the text."""
CONTEXT_WEIGHT = 0.3
"""What a word in the context adds, as a share of its inverse document frequency."""
SYNONYM_WEIGHT = 0.5
"""What a word of a synonym counts, as a share of a word typed."""
AUTHORITY_WEIGHT = 0.05
"""What ``authority`` adds, as a share of the weight of all words typed."""
PREFERRED_WEIGHT = 1.5
"""What being about the place or the year of a question adds, as a share of the same."""
NEARNESS_WEIGHT = 0.7
"""What two neighbouring words add side by side, as a share of the smaller of their weights."""
NEARNESS_HALF = 4
"""Characters between two words that halve what they add."""
NEARNESS_DEPTH = 50
"""How many of the first hits count nearness: their texts have to be read."""
NEARNESS_PLACES = 32
"""How many places of a word in a section are looked at, from its beginning."""
MAX_FREQUENCY = 255
"""Weighted frequencies are stored in one byte; BM25 is saturated long before."""


def inverse_document_frequency(sections: int, frequency: int) -> float:
    """Return the weight of a word that ``frequency`` of ``sections`` sections have."""
    return math.log(1 + (sections - frequency + 0.5) / (frequency + 0.5))


def authority(citations: float) -> float:
    """Return how much a document counts that ``citations`` sections name as 《title》."""
    return math.log1p(citations)


def nearness(folded: str, pairs: Iterable[tuple[str, str, float]]) -> float:
    """Return what words add to the score for standing near each other in ``folded``.

    ``pairs`` are words that are neighbours in the query (folded, not empty), with the
    smaller of their weights. Each pair adds ``NEARNESS_WEIGHT`` of its weight, halved
    where its nearest places have ``NEARNESS_HALF`` characters between them, in either
    order, and nothing where one of the words is missing.
    """
    places: dict[str, list[int]] = {}
    total = 0.0
    for first, second, weight in pairs:
        for term in (first, second):
            if term not in places:
                places[term] = _places(folded, term)
        if places[first] and places[second]:
            gap = _gap(places[first], len(first), places[second], len(second))
            total += NEARNESS_WEIGHT * weight * NEARNESS_HALF / (NEARNESS_HALF + gap)
    return total


def _places(text: str, term: str) -> list[int]:
    found: list[int] = []
    at = text.find(term)
    while at != -1 and len(found) < NEARNESS_PLACES:
        found.append(at)
        at = text.find(term, at + 1)
    return found


def _gap(firsts: list[int], first_length: int, seconds: list[int], second_length: int) -> int:
    """Return the fewest characters between a first and a second; both ascend.

    The nearest second is beside each first in the order of all places, so one pass does.
    """
    gaps: list[int] = []
    i = j = 0
    while i < len(firsts) and j < len(seconds):
        if firsts[i] <= seconds[j]:
            gaps.append(seconds[j] - firsts[i] - first_length)
            i += 1
        else:
            gaps.append(firsts[i] - seconds[j] - second_length)
            j += 1
    return max(min(gaps), 0)
