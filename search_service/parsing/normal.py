"""One spelling of digits, widths and traditional characters, for detection only.

The text of a report is never changed by this.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from search_service.parsing.data import table

_ZEROS = "〇零○ОΟOo0"
_CN_DIGITS = str.maketrans(f"{_ZEROS}一二三四五六七八九", "0" * len(_ZEROS) + "123456789")
_CN_YEAR = re.compile(
    rf"(?<![{_ZEROS}一二三四五六七八九十])[二2][{_ZEROS}][{_ZEROS}一二三][{_ZEROS}一二三四五六七八九](?=年|度)"
)


def normal(text: str) -> str:
    """``text`` without white space, in half-width and simplified characters, years in digits."""
    text = simplified(unicodedata.normalize("NFKC", text))
    text = re.sub(r"\s+", "", text)
    return _CN_YEAR.sub(lambda match: match[0].translate(_CN_DIGITS), text)


def simplified(text: str) -> str:
    """``text`` with traditional characters replaced by simplified ones."""
    return text.translate(_simplifying())


@cache
def _simplifying() -> dict[int, str]:
    # 乾 is a character of simplified text too (乾县, 乾隆).
    return {ord(old): new for old, new in table("traditional") if old != "乾"}
