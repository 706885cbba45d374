"""What may have been meant by a query that finds nothing literally.

What stands nowhere in the index is put into simplified characters that can be seen, or one
letter of it is replaced (``correcting``); the query that comes of it is proposed if it
finds something.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from operator import itemgetter

from search_service.analysis import FoldedText, Segmenter, fold, homophones
from search_service.correcting import corrections
from search_service.engines.base import Deadline, Engine
from search_service.errors import DeadlineExceeded, EngineUnavailable
from search_service.models import Mode
from search_service.parsing.normal import simplified
from search_service.query import (
    AllOf,
    AllWords,
    Chunk,
    Expression,
    Literal,
    ParsedQuery,
    Plan,
    parse,
    plan,
    relax,
)

_CORRECTED = range(3, 13)
"""Code points of a chunk in which one wrong letter is looked for: in fewer there is
too little left to go by, and a longer one is better asked for in pieces."""
_CORRECTIONS = 3
"""Chunks of a query in which one is looked for: that costs more than a search."""
_CANDIDATES = 30
"""Texts that differ in one letter, the most frequent ones, of which the likeliest is chosen."""
_EFFORT = 1_000_000
"""Sections that may be read to see what stands anywhere: as good as no limit."""
_EVERYTHING = AllOf(())


def did_you_mean(
    parsed: ParsedQuery, mode: Mode, engine: Engine, segmenter: Segmenter, deadline: Deadline
) -> str | None:
    """Return a query that finds something, for one that finds nothing literally.

    What stands nowhere in the index, whatever the filters, is put into simplified
    characters that can be seen; what then still stands nowhere gets one letter replaced.
    The search has its answer already, so without time for this, or an engine that
    answers, there is none.
    """
    try:
        return _Rewriting(mode, engine, segmenter, deadline).query(parsed)
    except (DeadlineExceeded, EngineUnavailable):
        return None


class _Rewriting:
    """Looks for what may have been meant instead of one query."""

    def __init__(
        self, mode: Mode, engine: Engine, segmenter: Segmenter, deadline: Deadline
    ) -> None:
        self._mode = mode
        self._engine = engine
        self._segmenter = segmenter
        self._deadline = deadline
        self._corrections = _CORRECTIONS
        self._standing: set[Expression] = set()

    def query(self, parsed: ParsedQuery) -> str | None:
        """Return the query that may have been meant, signs as typed, if it finds something."""
        chunks = [
            (chunk, _plain(chunk.text), _correctable(chunk, exclude))
            for chunk, exclude in parsed.chunks()
        ]
        asked = [item for item in chunks if item[2] or item[1] != item[0].text]
        self._look_for(
            Literal(folded) for chunk, plain, _ in asked for folded in (chunk.folded, fold(plain))
        )
        self._look_for(
            AllWords(self._words(plain))
            for chunk, plain, correctable in asked
            if correctable and self._by_words(chunk) and not self._stands(Literal(chunk.folded))
        )
        meant, at = "", 0
        for chunk, plain, correctable in chunks:
            start = parsed.q.index(chunk.text, at)
            meant += parsed.q[at:start] + self._chunk(chunk, plain, correctable)
            at = start + len(chunk.text)
        meant += parsed.q[at:]
        return meant if meant != parsed.q and self._finds(meant) else None

    def _chunk(self, chunk: Chunk, plain: str, correctable: bool) -> str:
        correctable = correctable and self._corrections > 0
        if plain == chunk.text and not correctable:
            return plain
        if self._stands(Literal(chunk.folded)):
            return chunk.text
        if plain != chunk.text and self._stands(Literal(fold(plain))):
            return plain
        return self._corrected(chunk, plain) if correctable else plain

    def _corrected(self, chunk: Chunk, plain: str) -> str:
        """Return ``plain`` with the likeliest letter replaced, if any makes words of it.

        That is one that sounds like what was typed, since most people type by sound; then
        one that leaves the fewest words.
        """
        text = fold(plain)
        typed = self._segmenter.pieces(text)
        found = self._by_words(chunk) and self._stands(AllWords(self._words(plain)))
        # A wrong letter breaks the word that it stands in, so what falls into more pieces was
        # not meant; nor what falls into as many where all words are found, only not in a row.
        most = len(typed) - found
        if not most:
            return plain
        # Words that are found, and none of them broken down to a letter, were mistyped only
        # if they sound like what was meant: 法制政府, but not 财政处罚.
        by_sound = found and min(map(len, typed)) > 1
        self._corrections -= 1
        names = [part.folded for part in chunk.parts if part.kind != "text"]
        candidates = corrections(text, _CANDIDATES, self._engine, self._segmenter, self._deadline)
        likely = []
        for candidate in candidates:
            better = candidate.text
            at = next(at for at, letter in enumerate(text) if better[at] != letter)
            pieces = self._segmenter.pieces(better)
            other_sound = better[at] not in homophones(text[at])
            if len(pieces) > most or not _in_word(pieces, at) or (by_sound and other_sound):
                continue
            if all(name in better for name in names):
                likely.append((other_sound, len(pieces), better))
        # Of those that are equal the most frequent comes first.
        _, _, best = min(likely, key=itemgetter(0, 1), default=(False, 0, text))
        return _with_letter_of(best, plain)

    def _by_words(self, chunk: Chunk) -> bool:
        return self._mode == "auto" and not chunk.quoted

    def _words(self, plain: str) -> tuple[str, ...]:
        return tuple(self._segmenter.words(plain))

    def _look_for(self, expressions: Iterable[Expression]) -> None:
        """Note which ``expressions`` a section, or its context, matches: all asked at once."""
        asked = list(dict.fromkeys(expressions))
        plans = [Plan(literal=AllOf((_EVERYTHING, expression))) for expression in asked]
        totals = self._engine.totals(plans, _EFFORT, self._deadline) if plans else []
        self._standing.update(
            expression for expression, total in zip(asked, totals, strict=True) if total != 0
        )

    def _stands(self, expression: Expression) -> bool:
        """Return whether ``expression``, which was looked for, is matched anywhere."""
        return expression in self._standing

    def _finds(self, q: str) -> bool:
        parsed = parse(q, self._segmenter, synonyms=False)
        relaxed = relax(parsed) if self._mode == "auto" else None
        if relaxed is not None and self._total(relaxed):  # the likeliest, so it is asked first
            return True
        return self._total(plan(parsed, self._mode)) > 0

    def _total(self, asked: Plan) -> int:
        return self._engine.search(asked, limit=0, deadline=self._deadline).total


def _plain(text: str) -> str:
    """Return ``text`` in simplified characters, without those of no width, which come along
    when text is copied from a page or a file."""
    return simplified("".join(c for c in text if c.isprintable() or c.isspace()))


def _correctable(chunk: Chunk, exclude: bool) -> bool:
    # What is not wanted need not be there.
    return not exclude and not chunk.sentence and len(chunk.folded) in _CORRECTED


def _in_word(pieces: list[str], at: int) -> bool:
    """Return whether what is at ``at`` is in a word of several letters.

    Else it only follows a word, like 的 of 民营企业的: a wrong letter stands in a word.
    """
    ends = accumulate(map(len, pieces))
    return next(len(piece) for piece, end in zip(pieces, ends, strict=False) if end > at) > 1


def _with_letter_of(better: str, text: str) -> str:
    """Return ``text`` with the one letter in which ``better`` differs from its fold."""
    folded = FoldedText(text)
    for at, (letter, typed) in enumerate(zip(better, folded.text, strict=True)):
        if letter != typed:
            span = folded.original(at, at + 1)
            return text[: span.start] + letter + text[span.end :]
    return text
