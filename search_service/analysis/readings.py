"""Which letters sound alike: most people type by sound, so they mistype by sound.

The table is ``data/readings.tsv``; its head explains the format.
"""

from __future__ import annotations

from functools import cache
from importlib import resources


def sound_alike(first: str, second: str) -> bool:
    """Return whether two letters may be read the same, tones apart."""
    readings = _readings()
    return not readings.get(first, set()).isdisjoint(readings.get(second, ()))


@cache
def _readings() -> dict[str, set[str]]:
    data = resources.files("search_service.analysis") / "data" / "readings.tsv"
    readings: dict[str, set[str]] = {}
    for line in data.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            syllable, letters = line.split("\t")
            for letter in letters:
                readings.setdefault(letter, set()).add(syllable)
    return readings
