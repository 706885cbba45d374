"""Query logs drawn from the corpus with a fixed seed."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from benchmarks.engines.adapter import Query
from benchmarks.engines.rows import read_rows

SEED = 20240607
KINDS = ("term", "and", "literal")

_BANDS = ((30_000, 10**9), (10_000, 30_000), (3_000, 10_000), (1_000, 3_000), (300, 1_000),
          (100, 300), (30, 100), (10, 30), (3, 10), (1, 3))  # fmt: skip
_LENGTHS = ((2, 2), (3, 3), (4, 4), (5, 6), (7, 8), (9, 12), (13, 16), (17, 24), (25, 40), (41, 64))


def draw(path: Path, per_kind: int = 200) -> list[Query]:
    """Return ``per_kind`` queries of each kind, in random order."""
    random_ = random.Random(SEED)
    rows = list(read_rows(path))
    frequencies: Counter[str] = Counter()
    grams: Counter[str] = Counter()
    for row in rows:
        frequencies.update(set(row.words.split()))
    for row in random_.sample(rows, min(len(rows), 5_000)):
        for length in (1, 2, 3):
            grams.update({row.folded[at : at + length] for at in range(len(row.folded) - length)})
    queries = [
        *_terms(random_, frequencies, per_kind),
        *_conjunctions(random_, [row.words.split() for row in rows], per_kind),
        *_literals(random_, [row.folded for row in rows], grams, per_kind),
    ]
    random_.shuffle(queries)
    return queries


def _terms(random_: random.Random, frequencies: Counter[str], count: int) -> list[Query]:
    """A twentieth are the commonest words, the others come from all bands of frequency."""
    chosen = [word for word, _ in frequencies.most_common(count // 20)]
    bands = [
        sorted(word for word, n in frequencies.items() if low <= n < high) for low, high in _BANDS
    ]
    taken = set(chosen)
    while len(chosen) < count:
        band = bands[len(chosen) % len(bands)]
        word = random_.choice(band) if band else chosen[0]
        if word not in taken or not set(band) - taken:
            chosen.append(word)
            taken.add(word)
    return [Query("term", (word,)) for word in chosen]


def _conjunctions(random_: random.Random, sections: list[list[str]], count: int) -> list[Query]:
    """Two to four words of one section."""
    queries: list[Query] = []
    while len(queries) < count:
        words = sorted(set(random_.choice(sections)))
        number = 2 + len(queries) % 3
        if len(words) >= number:
            queries.append(Query("and", tuple(random_.sample(words, number))))
    return queries


def _literals(
    random_: random.Random, texts: list[str], grams: Counter[str], count: int
) -> list[Query]:
    """A fifth are the commonest characters, pairs and triples, the others any piece of a text."""
    chosen: list[str] = []
    for length in (1, 2, 3):
        common = [gram for gram, _ in grams.most_common() if len(gram) == length]
        chosen.extend(common[: count // 15])
    while len(chosen) < count:
        text = random_.choice(texts)
        low, high = _LENGTHS[len(chosen) % len(_LENGTHS)]
        length = random_.randint(low, high)
        if len(text) >= length:
            at = random_.randint(0, len(text) - length)
            chosen.append(text[at : at + length])
    return [Query("literal", text=text) for text in chosen]
