"""How often what was meant is proposed for a word with one letter wrong.

    python -m benchmarks.corrections INDEX [--words 300]

Words of three letters and more, each one of those that random sections hold, get one letter
replaced, drawn with a fixed seed by how often letters occur: once by any letter, and once by
one that sounds alike, as people who type by sound do. What then stands somewhere is left out.
Prints one Markdown table. What is not proposed as it was need not be wrong: 区政府 for 是政府
may be 市政府 or 县政府.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence

from search_service import SearchService, open_index
from search_service.analysis import homophones

SEED = 5
SECTIONS = 3000


def texts(service: SearchService, chance: random.Random) -> list[str]:
    """Return the own texts of sections from all over the index."""
    total = service.search(per_page=1).total
    pages = min(total, service.settings.max_window)
    chosen = sorted(chance.sample(range(1, pages + 1), min(SECTIONS, pages)))
    return [service.search(page=page, per_page=1).hits[0].section.own_text for page in chosen]


def mistyped(
    word: str, letters: Sequence[str], counts: Sequence[int], chance: random.Random, alike: bool
) -> str:
    """Return ``word`` with one letter replaced; the word itself where none sounds alike."""
    at = chance.randrange(len(word))
    wanted = homophones(word[at]) if alike else frozenset(letters)
    weights = [
        count if letter in wanted and letter != word[at] else 0
        for letter, count in zip(letters, counts, strict=True)
    ]
    if not any(weights):
        return word
    return word[:at] + chance.choices(letters, weights)[0] + word[at + 1 :]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index")
    parser.add_argument("--words", type=int, default=300)
    options = parser.parse_args()
    service = open_index(options.index)
    service.warm()
    chance = random.Random(SEED)
    found = texts(service, chance)
    frequencies = Counter(
        letter for text in found for letter in text if "\u4e00" <= letter <= "\u9fff"
    )
    letters, counts = list(frequencies), list(frequencies.values())
    pieces = {piece for text in found for piece in service.segmenter.pieces(text)}
    words = sorted(piece for piece in pieces if len(piece) > 2 and set(piece) <= set(letters))
    print(f"{service.info().sections:,} sections, {options.words} words, one letter wrong\n")
    print("| the wrong letter | proposed as it was | nothing proposed | median, ms | p95, ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, alike in (("any letter", False), ("one that sounds alike", True)):
        same = none = 0
        times: list[float] = []
        while len(times) < options.words:
            word = chance.choice(words)
            typed = mistyped(word, letters, counts, chance, alike)
            if service.search(typed, mode="literal", per_page=1).total:
                continue
            started = time.perf_counter()
            meant = service.search(typed).query.did_you_mean
            times.append((time.perf_counter() - started) * 1000)
            same += meant == word
            none += meant is None
        times.sort()
        shares = f"{same / len(times):.3f} | {none / len(times):.3f}"
        p95 = times[int(len(times) * 0.95)]
        print(f"| {name} | {shares} | {statistics.median(times):.1f} | {p95:.1f} |")


if __name__ == "__main__":
    main()
