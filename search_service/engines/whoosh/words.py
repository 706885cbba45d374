"""Which words stand in which texts, and how often: what ranking is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search_service.engines.whoosh.arrays import Array
from search_service.engines.whoosh.postings import encode_postings
from search_service.ranking import MAX_FREQUENCY


@dataclass(frozen=True)
class Tokens:
    """The words of a list of texts."""

    vocabulary: Sequence[str]
    """Distinct words, in any order."""
    words: npt.NDArray[np.uint32]
    """Numbers in ``vocabulary``, text after text."""
    owners: npt.NDArray[np.uint32]
    """The text of each word, ascending."""
    weights: npt.NDArray[np.uint8]
    """What each occurrence counts."""


def encode_words(field: str, tokens: Tokens, size: int) -> dict[str, Array]:
    """Return the arrays of the word postings of ``size`` texts, with weighted frequencies.

    ``{field}.lengths`` holds the weighted number of words of each text.
    """
    order = sorted(range(len(tokens.vocabulary)), key=tokens.vocabulary.__getitem__)
    rank = np.empty(len(order), np.uint64)
    rank[order] = np.arange(len(order), dtype=np.uint64)
    # word number, text and weight in one integer: one sort groups the occurrences.
    packed = (
        (rank[tokens.words] << np.uint64(38))
        | (tokens.owners.astype(np.uint64) << np.uint64(8))
        | tokens.weights
    )
    packed.sort()
    posting = packed >> np.uint64(8)
    firsts = np.flatnonzero(np.diff(posting, prepend=np.uint64(2**63)))
    weights = packed & np.uint64(0xFF)
    totals = np.add.reduceat(weights, firsts) if len(firsts) else weights
    posting = posting[firsts]
    frequencies = np.bincount((posting >> np.uint64(30)).astype(np.intp), minlength=len(order))
    lengths = np.bincount(tokens.owners, weights=tokens.weights, minlength=size)
    return {
        **encode_postings(
            f"{field}.words",
            [tokens.vocabulary[number] for number in order],
            frequencies,
            (posting & np.uint64(2**30 - 1)).astype(np.uint32),
            size,
            np.minimum(totals, MAX_FREQUENCY).astype(np.uint8),
        ),
        f"{field}.lengths": lengths.astype(np.uint32),
    }
