"""SQLite FTS5: one table of words, one of single characters, one of trigrams.

A literal query of three characters or more goes to the trigrams and, as another way, to
a phrase of characters; a shorter one can only be a phrase. All other columns are in an
ordinary table with the same row numbers; facets are one GROUP BY.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.engines.adapter import Adapter, Answer, Query, Source, Way
from benchmarks.engines.rows import read_rows

# The ascii tokenizer takes every character beyond ASCII for a letter; with these, all.
_SIGNS = "".join(chr(c) for c in range(33, 127) if not chr(c).isalnum() and chr(c) not in "'\"")
_SPACES = f"""tokenize="ascii tokenchars '{_SIGNS}'" """

_SCHEMA = f"""
create table sections(id integer primary key, district text, year text, pair int, own text);
create virtual table words using fts5(body, content='', {_SPACES});
create virtual table chars using fts5(body, content='', {_SPACES});
create virtual table trigrams using fts5(body, content='', tokenize='trigram case_sensitive 1');
"""


class Fts5(Adapter):
    database: sqlite3.Connection
    pairs: dict[int, tuple[str, str]]

    def build(self, source: Source, directory: Path) -> None:
        database = sqlite3.connect(directory / "fts5.sqlite")
        database.executescript(_SCHEMA)
        pairs: dict[tuple[str, str], int] = {}
        with database:
            for number, row in enumerate(read_rows(source.rows)):
                year = "" if row.year is None else str(row.year)
                pair = pairs.setdefault((row.district, year), len(pairs))
                values = (number, row.district, year, pair, row.own)
                database.execute("insert into sections values(?,?,?,?,?)", values)
                for table, body in (
                    ("words", row.words),
                    ("chars", " ".join(row.folded)),
                    ("trigrams", row.folded),
                ):
                    values = (number, body)
                    database.execute(f"insert into {table}(rowid, body) values(?,?)", values)
        for table in ("words", "chars", "trigrams"):
            with database:
                database.execute(f"insert into {table}({table}) values('optimize')")
        with database:
            database.execute("create index sections_pair on sections(id, pair)")
        database.execute("vacuum")
        database.close()

    def open(self, directory: Path) -> None:
        database = sqlite3.connect(f"file:{directory / 'fts5.sqlite'}?mode=ro", uri=True)
        database.execute("pragma mmap_size=2000000000")
        database.execute("pragma cache_size=-200000")
        found = database.execute("select distinct pair, district, year from sections")
        self.pairs = {pair: (district, year) for pair, district, year in found}
        self.database = database

    def ways(self, query: Query) -> Sequence[Way]:
        if query.kind != "literal":
            asked = " ".join(_quoted(word) for word in query.words)
            return [self._way("words", asked, "rank")]
        ways = [self._way("chars", _quoted(" ".join(query.text)), "rowid")]
        if len(query.text) >= 3:
            ways.append(self._way("trigrams", _quoted(query.text), "rowid"))
        return ways

    def _way(self, table: str, asked: str, order: str) -> Way:
        execute = self.database.execute
        best = f"select rowid from {table} where {table} match ? order by {order} limit 10"
        facets = (
            f"select pair, count(*) from {table} join sections on id = {table}.rowid "
            f"where {table} match ? group by pair"
        )

        def run() -> Any:
            return execute(best, (asked,)).fetchall(), execute(facets, (asked,)).fetchall()

        return run

    def read(self, result: Any) -> Answer:
        district: dict[str, int] = {}
        year: dict[str, int] = {}
        for pair, count in result[1]:
            of_district, of_year = self.pairs[pair]
            district[of_district] = district.get(of_district, 0) + count
            year[of_year] = year.get(of_year, 0) + count
        return Answer(sum(district.values()), district, year)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
