"""Counting literal matches per district and year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search_service.engines.base import Deadline, MatrixRow
from search_service.engines.whoosh.matching import LITERAL, Matching
from search_service.engines.whoosh.snapshot import Snapshot
from search_service.models import Filters
from search_service.query import Plan, counted_literals


def count_matrix(
    snapshot: Snapshot, plan: Plan, filters: Filters, deadline: Deadline
) -> Sequence[MatrixRow]:
    """Return a row per (district, year) pair that has documents."""
    hits = Matching(snapshot, deadline).matches(plan).groups[LITERAL]
    hits = hits[snapshot.accepted(filters)[hits]] if plan.literal is not None else hits[:0]
    facets = snapshot.facets
    size = len(facets.pairs)
    needles = sorted(counted_literals(plan.literal))
    occurrences = np.zeros(size, np.int64)
    for number, pair in zip(hits.tolist(), facets.pair_of[hits].tolist(), strict=True):
        segment, local = snapshot.locate(number)
        folded = segment.own.folded[local]
        occurrences[pair] += sum(folded.count(needle) for needle in needles)
        deadline.check()
    table = snapshot.documents
    held = np.flatnonzero(table.accepted(filters))
    pair_of_held = facets.pair_of_document[held]
    documents = np.bincount(pair_of_held, minlength=size)
    characters = np.bincount(pair_of_held, snapshot.characters()[held], minlength=size)
    sections = np.bincount(facets.pair_of[hits], minlength=size)
    columns = (documents, characters.astype(np.int64), sections, occurrences)
    rows = zip(facets.pairs, *(column.tolist() for column in columns), strict=True)
    return [MatrixRow(*pair, *counts) for pair, *counts in rows if counts[0]]
