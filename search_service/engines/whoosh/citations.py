"""Which titles a text names: what stands between 《 and 》, as posting lists."""

from __future__ import annotations

import numpy as np

from search_service.engines.whoosh.arrays import Array
from search_service.engines.whoosh.postings import encode_postings
from search_service.engines.whoosh.texts import FoldedColumn

_OPENING, _CLOSING = map(ord, "《》")


def encode_citations(field: str, column: FoldedColumn) -> dict[str, Array]:
    """Return the arrays of the titles named in the texts of ``column``.

    A title is what stands between an opening mark and the closing mark that follows
    without another one between them.
    """
    marks = np.flatnonzero((column.codes == _OPENING) | (column.codes == _CLOSING))
    first, second = marks[:-1], marks[1:]
    pairs = (column.codes[first] == _OPENING) & (column.codes[second] == _CLOSING)
    starts, ends = first[pairs] + 1, second[pairs]
    owner = np.searchsorted(column.bounds, starts - 1, side="right") - 1
    inside = (ends < column.bounds[owner + 1]) & (ends > starts)
    texts: dict[str, dict[int, None]] = {}
    for start, end, text in zip(
        starts[inside].tolist(), ends[inside].tolist(), owner[inside].tolist(), strict=True
    ):
        title = column.codes[start:end].tobytes().decode("utf-32-le")
        texts.setdefault(title, {})[text] = None
    titles = sorted(texts)
    lists = [np.fromiter(texts[title], np.uint32) for title in titles]
    return encode_postings(
        f"{field}.citations",
        titles,
        np.array([len(ids) for ids in lists], np.int64),
        np.concatenate([np.empty(0, np.uint32), *lists]),
        len(column.bounds) - 1,
    )
