"""Which number Word shows before a paragraph of a list.

The number is not in the text: it is counted from the list's definition in
``numbering.xml``. Without it most headings of a report would have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered."""

    format: str
    text: str
    start: int = 1
    decimal: bool = False
    """All numbers are shown in digits (legal numbering)."""
    restart: int | None = None
    """The outer level after which counting starts again; None for any."""


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has been counted."""

    _abstract: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _lists: dict[str, tuple[str, dict[int, _Level]]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _started: set[tuple[str, int]] = field(default_factory=set)

    def label(self, list_id: str, level: int) -> str | None:
        """Count one paragraph of the list and return its number; None for a bullet."""
        if list_id not in self._lists or not 0 <= level < _LEVELS:
            return ""
        abstract, overridden = self._lists[list_id]
        levels = {**self._abstract.get(abstract, {}), **overridden}
        own = levels.get(level)
        if own is None:
            return ""
        counts = self._counts.setdefault(abstract, {})
        for changed in overridden:
            if (list_id, changed) not in self._started:
                self._started.add((list_id, changed))
                counts.pop(changed, None)
        counts[level] = counts.get(level, own.start - 1) + 1
        for inner in [n for n in counts if n > level]:
            rule = levels[inner].restart if inner in levels else None
            if rule is None or (rule > 0 and level < rule):
                del counts[inner]
        if own.format == "bullet":
            return None
        return _shown(own, levels, counts)


def read_numbering(root: etree._Element | None) -> Numbering:
    """The lists that ``numbering.xml`` defines."""
    numbering = Numbering()
    if root is None:
        return numbering
    by_style: dict[str, str] = {}
    linked: dict[str, str] = {}
    for abstract in root.iter(f"{W}abstractNum"):
        identifier = abstract.get(f"{W}abstractNumId", "")
        numbering._abstract[identifier] = dict(_levels(abstract))
        if (style := abstract.find(f"{W}styleLink")) is not None:
            by_style[style.get(f"{W}val", "")] = identifier
        if (link := abstract.find(f"{W}numStyleLink")) is not None:
            linked[identifier] = link.get(f"{W}val", "")
    for num in root.iter(f"{W}num"):
        reference = num.find(f"{W}abstractNumId")
        abstract_id = reference.get(f"{W}val", "") if reference is not None else ""
        abstract_id = by_style.get(linked.get(abstract_id, ""), abstract_id)
        overridden = dict(_overrides(num, numbering._abstract.get(abstract_id, {})))
        numbering._lists[num.get(f"{W}numId", "")] = (abstract_id, overridden)
    return numbering


def _levels(parent: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in parent.iterchildren(f"{W}lvl"):
        yield integer(level.get(f"{W}ilvl")), _level(level)


def _level(level: etree._Element) -> _Level:
    restart = value(level, "lvlRestart")
    return _Level(
        format=value(level, "numFmt") or "decimal",
        text=value(level, "lvlText") or "",
        start=integer(value(level, "start"), 1),
        decimal=level.find(f"{W}isLgl") is not None,
        restart=integer(restart) if restart is not None else None,
    )


def _overrides(num: etree._Element, levels: dict[int, _Level]) -> Iterator[tuple[int, _Level]]:
    for override in num.iterchildren(f"{W}lvlOverride"):
        index = integer(override.get(f"{W}ilvl"))
        level = override.find(f"{W}lvl")
        base = _level(level) if level is not None else levels.get(index)
        if base is None:
            continue
        start = value(override, "startOverride")
        if start is not None:
            base = _Level(base.format, base.text, integer(start, 1), base.decimal, base.restart)
        yield index, base


def value(parent: etree._Element, name: str) -> str | None:
    """The ``w:val`` of a child, as in ``<w:start w:val="1"/>``."""
    child = parent.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val", "")


def integer(text: str | None, default: int = 0) -> int:
    """``text`` as a number that counting can hold, or ``default``."""
    try:
        number = int(text or "")
    except ValueError:
        return default
    return number if -1 <= number <= 100_000 else default


def _shown(own: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    label = own.text
    for index in range(_LEVELS):
        if (sign := f"%{index + 1}") in label:
            level = levels.get(index, own)
            format_name = "decimal" if own.decimal else level.format
            label = label.replace(
                sign, _FORMATS.get(format_name, str)(counts.get(index, level.start))
            )
    return label


def _chinese(number: int) -> str:
    """12 as 十二, 105 as 一百零五."""
    if not 0 < number < 1000:
        return str(number)
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = digits[hundreds] + "百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


def _digits(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(max(number, 0)))


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else str(number)


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number < 200 else ""


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for amount, sign in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        while number >= amount:
            text, number = text + sign, number - amount
    return text


_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "chineseLegalSimplified": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": _digits,
    "japaneseDigitalTenThousand": _digits,
    "taiwaneseDigital": _digits,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "decimalZero": lambda number: f"{number:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
