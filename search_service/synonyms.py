"""Which terms of laws and reports stand for what people say: 老板 is 用人单位 there.

The table is ``analysis/data/synonyms.tsv``; its head explains the format. Synonyms never
decide about literal matches: they only help questions, and queries that find nothing.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from search_service.analysis import fold
from search_service.models import Synonym


def find_synonyms(folded: str) -> tuple[Synonym, ...]:
    """Return the entries whose words stand in ``folded``, from the left, the longest first."""
    table, longest = _table()
    found: dict[str, Synonym] = {}
    at = 0
    while at < len(folded):
        for length in range(min(longest, len(folded) - at), 0, -1):
            text = folded[at : at + length]
            if text in table:
                found[text] = Synonym(text, table[text])
                at += length
                break
        else:
            at += 1
    return tuple(found.values())


@cache
def _table() -> tuple[dict[str, tuple[str, ...]], int]:
    """Return the terms by what is said, and the length of the longest of these."""
    file = resources.files("search_service.analysis") / "data" / "synonyms.tsv"
    terms: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            said, written = line.split("\t")
            for text in said.split():
                terms.setdefault(fold(text), []).extend(written.split())
    table = {text: tuple(dict.fromkeys(values)) for text, values in terms.items()}
    return table, max(map(len, table))
