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

What each part adds is measured in ``docs/ranking.md``.
"""

from __future__ import annotations

import math

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
PREFERRED_WEIGHT = 0.5
"""What being about the place or the year of a question adds, as a share of the same."""
MAX_FREQUENCY = 255
"""Weighted frequencies are stored in one byte; BM25 is saturated long before."""


def inverse_document_frequency(sections: int, frequency: int) -> float:
    """Return the weight of a word that ``frequency`` of ``sections`` sections have."""
    return math.log(1 + (sections - frequency + 0.5) / (frequency + 0.5))


def authority(citations: float) -> float:
    """Return how much a document counts that ``citations`` sections name as 《title》."""
    return math.log1p(citations)
