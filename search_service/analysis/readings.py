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
    return _homophones().get(letter, frozenset())


@cache
def _homophones() -> dict[str, frozenset[str]]:
    data = resources.files("search_service.analysis") / "data" / "readings.tsv"
    rows = data.read_text(encoding="utf-8").splitlines()
    alike: dict[str, frozenset[str]] = {}
    for row in rows:
        if not row.startswith("#"):
            _, letters = row.split("\t")
            for letter in letters:
                alike[letter] = alike.get(letter, frozenset()).union(letters)
    return alike
