"""A process that writes to an index until it is killed, keeping a journal of what it did.

``python -m tests.reliability.writer INDEX JOURNAL`` prepares itself once, and then for
each line ``seed`` on its input starts a child and answers with the child's process id.
The child never ends by itself. A line ``end`` waits for the child that was killed.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

from search_service.analysis import Segmenter
from search_service.engines.whoosh import WhooshEngine
from tests.reliability.support import state_of, version

IDS = [f"r{n}" for n in range(6)]


def write_for_ever(index: Path, journal: Path, segmenter: Segmenter, seed: int) -> None:
    draw = random.Random(seed)
    log = os.open(journal, os.O_WRONLY | os.O_APPEND)
    engine = WhooshEngine(index, segmenter)
    number = seed * 1000
    while True:
        number += 1
        names = draw.sample(IDS, draw.randint(1, 3))
        gone = draw.sample(IDS, draw.randint(0, 1))
        rebuild = draw.random() < 0.2
        kind = "rebuild" if rebuild else "update"
        entry = {"kind": kind, "put": dict.fromkeys(names, number), "delete": gone}
        os.write(log, json.dumps({"begin": entry}).encode() + b"\n")
        reports = [version(name, number) for name in names]
        if rebuild:
            engine.rebuild(reports)
        else:
            engine.update(reports, gone)
        os.write(log, b'{"done": true}\n')


def main() -> None:
    index, journal = Path(sys.argv[1]), Path(sys.argv[2])
    segmenter = Segmenter()
    WhooshEngine(index, segmenter).update([version("r0", 0)])
    state_of(WhooshEngine(index, segmenter))  # everything is imported and loaded
    print("ready", flush=True)
    child = 0
    for line in sys.stdin:
        if line.strip() == "end":
            os.waitpid(child, 0)
            print("ended", flush=True)
            continue
        child = os.fork()
        if child == 0:
            try:
                write_for_ever(index, journal, segmenter, int(line))
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
