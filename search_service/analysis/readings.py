"""Which letters sound alike: most people type by sound, so they mistype by sound.

The table is ``data/readings.tsv``; its head explains the format.
"""

from __future__ import annotations

from functools import cache
from importlib import resources


def homophones(letter: str) -> frozenset[str]:
    """Return the letters that may be read as ``letter`` is, tones apart, itself among them.

    None for what is not in the table, such as letters of other scripts.
    """
    return frozenset().union(*_readings().get(letter, ()))


@cache
def _readings() -> dict[str, tuple[frozenset[str], ...]]:
    """Return for each letter all letters of each of its readings."""
    data = resources.files("search_service.analysis") / "data" / "readings.tsv"
    readings: dict[str, tuple[frozenset[str], ...]] = {}
    for row in data.read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            letters = frozenset(row.partition("\t")[2])
            for letter in letters:
                readings[letter] = (*readings.get(letter, ()), letters)
    return readings
