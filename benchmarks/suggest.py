"""How long completions take, and whether each of them finds something.

    python -m benchmarks.suggest INDEX [--prefixes 300]

Prefixes are the first one to four characters of words of the index, drawn with a fixed
seed, most of them of frequent words, as people type them. Each is asked twice: the first
time and again, in a process that has answered nothing before but is warmed up as a server's
workers are. Prints one Markdown table.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

from search_service import SearchService, open_index

SEED = 7


def prefixes(service: SearchService, count: int) -> list[str]:
    """Return different prefixes of the words of random sections."""
    chance = random.Random(SEED)
    found: dict[str, None] = {}
    total = service.search(per_page=1).total
    while len(found) < count:
        page = chance.randint(1, min(total, service.settings.max_window))
        hit = service.search(page=page, per_page=1).hits[0]
        words = service.segmenter.words(hit.section.own_text)
        if words:
            word = chance.choice(words)
            found[word[: chance.randint(1, 4)]] = None
    return list(found)


def timed(service: SearchService, asked: list[str]) -> list[float]:
    """Return the milliseconds of each answer."""
    times = []
    for prefix in asked:
        started = time.perf_counter()
        service.suggest(prefix)
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("index")
    parser.add_argument("--prefixes", type=int, default=300)
    options = parser.parse_args()
    service = open_index(options.index)
    asked = prefixes(open_index(options.index), options.prefixes)
    service.warm()  # as a server does before it answers
    first, again = timed(service, asked), timed(service, asked)
    print(f"{len(asked)} prefixes, {service.info().sections:,} sections, milliseconds\n")
    print("| | median | p95 | worst |\n|---|---|---|---|")
    for name, times in (("first time", first), ("again", again)):
        p95 = times[int(len(times) * 0.95)]
        print(f"| {name} | {statistics.median(times):.2f} | {p95:.2f} | {times[-1]:.2f} |")
    empty = [
        (prefix, suggestion.text)
        for prefix in asked
        for suggestion in service.suggest(prefix)
        if not service.search(suggestion.text, mode="literal", per_page=1).total
    ]
    print(f"\ncompletions that find nothing: {empty or 'none'}")


if __name__ == "__main__":
    main()
