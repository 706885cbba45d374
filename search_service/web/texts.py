"""What the pages say, in each language: one table for the server and for the scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
"""The first is the default."""

TAGS = {"zh": "zh-CN", "en": "en"}
"""What the ``lang`` attribute says."""

_FOLDER = Path(__file__).parent / "texts"


@cache
def table(language: str) -> Mapping[str, str]:
    """Return all texts of one language by name."""
    found: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return found


class Texts:
    """The texts of one language, to be called with a name and the values to fill in."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.tag = TAGS[language]
        self.table = table(language)

    def has(self, name: str) -> bool:
        """Whether there is a text called ``name``."""
        return name in self.table

    def __call__(self, name: str, **values: object) -> str:
        """Return the text called ``name`` with ``{placeholders}`` filled in."""
        singular = f"{name}.one" if values.get("n") == 1 else name
        text = self.table.get(singular, self.table[name])
        for key, value in values.items():
            shown = f"{value:,}" if isinstance(value, int) and key == "n" else str(value)
            text = text.replace(f"{{{key}}}", shown)
        return text
