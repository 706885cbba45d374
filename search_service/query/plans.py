"""What engines execute: expressions over literals and words, and how a tree becomes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from search_service.analysis import Segmenter, fold
from search_service.models import Mode
from search_service.query.neighbours import Pair, neighbours
from search_service.query.tree import And, Chunk, Node, Not, Or, ParsedQuery


@dataclass(frozen=True, slots=True)
class Literal:
    """Matches where ``folded`` is a substring of the folded text."""

    folded: str


@dataclass(frozen=True, slots=True)
class AllWords:
    """Matches where all ``words`` are among the words; nothing if there are none."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SomeWords:
    """Matches where the words found carry at least ``share`` of the weight of ``words``.

    A word's weight is its inverse document frequency; at least one word must be found.
    ``others`` may be found too, and carry ``ranking.SYNONYM_WEIGHT`` of theirs.
    """

    words: tuple[str, ...]
    share: float
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of ``parts`` match, and none of ``excluded`` matches the own text.

    Without parts, everything that is not excluded matches.
    """

    parts: tuple[Expression, ...]
    excluded: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of ``parts`` matches."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class OfYear:
    """Matches sections of documents that report on one of the years ``first`` to ``last``.

    That is context, never own text.
    """

    first: int
    last: int


Expression = Literal | AllWords | SomeWords | OfYear | AllOf | AnyOf

NOTHING: Expression = AnyOf(())


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine executes.

    Each expression is evaluated twice over a section: ``own`` looks at its own text,
    ``any`` at its own text or its context. ``own(AllOf) = every part any, at least one
    part own (if there are parts), no excluded part own``; ``any(AllOf) = every part any,
    no excluded part own``; ``own(AnyOf) = one part own``, ``any(AnyOf) = one part any``.
    A section matches an expression if ``own`` holds: so all but one of the chunks of a
    query may be found in the context. ``SomeWords`` looks at the own text only, ``OfYear``
    at the context only.

    A hit's group is the first of ``literal``, ``words``, ``partial`` that it matches; a
    section is a hit if it matches one of ``hits``.
    """

    literal: Expression | None
    """``None`` browses: every section is a hit, in document order."""
    words: Expression | None = None
    """``None`` where only literal matches are asked for."""
    partial: Expression | None = None
    """``None`` where partial matches are not asked for."""
    words_only: bool = False
    """The hits are those of ``words`` alone; ``literal`` only groups them."""
    score_words: tuple[str, ...] = ()
    """The words that BM25F adds up, distinct, in order."""
    other_words: tuple[str, ...] = ()
    """More words that count ``ranking.SYNONYM_WEIGHT``, not among ``score_words``."""
    authority: bool = False
    """Whether documents that others name count more; see ``ranking``."""
    near: tuple[Pair, ...] = ()
    """Words that are neighbours in the query, all among ``score_words``: the nearer they
    stand in the own text, the higher a hit ranks (``ranking.nearness``)."""
    near_literal: tuple[Pair, ...] = ()
    """Those of two chunks. Literal hits count only these: inside a chunk they are alike."""
    preferred: tuple[Expression, ...] = ()
    """Sections that match one of these (``any``) rank higher, for each that they match."""


SENTENCE_SHARE = 0.05
"""How much of a sentence's weight a section must cover to match it partially.

Measured in ``docs/ranking.md``: more loses answers that share few words with the
question; less adds thousands of sections that share one common word.
"""


def plan(parsed: ParsedQuery, mode: Mode) -> Plan:
    """Lower the tree to expressions over literals and words."""
    if parsed.tree is None:
        return Plan(literal=None)
    positive = parsed.wanted()
    sentences = [chunk for chunk in positive if chunk.sentence]
    verbatim = _verbatim(parsed)

    def lower(leaf: _Leaf) -> Expression:
        expression = _lower(parsed.tree, leaf, _MATCHES[mode])
        return expression if verbatim is None else AnyOf((verbatim, expression))

    near, near_literal = neighbours(parsed.tree, lambda c: c.words or c.ranking)
    base = Plan(
        literal=lower(_literal),
        score_words=_with_ranking(_distinct_words(positive), positive),
        near=near,
        near_literal=near_literal,
    )
    if mode == "literal":
        return base
    if mode == "words":
        return replace(base, words=_lower(parsed.tree, _words, _words), words_only=True)
    auto = replace(base, words=lower(_literal_or_words))
    if not sentences:
        return auto
    words = _with_ranking(_asked_words(positive), positive)
    near, near_literal = neighbours(parsed.tree, lambda c: _words_in_pieces(c) or c.ranking)
    return replace(
        auto,
        partial=lower(_covered),
        score_words=words,
        near=near,
        near_literal=near_literal,
        other_words=_other_words(sentences, words),
        authority=True,
        preferred=_places_and_years(sentences),
    )


def relax(parsed: ParsedQuery, of_places: bool = False) -> Plan | None:
    """Return the plan that asks for any word of the query, or ``None`` if it has none.

    For queries whose own plan finds nothing: every hit is a partial match. Words of
    places and years are asked for only ``of_places``, or where there are no others.
    """
    positive = parsed.wanted()
    words = _distinct_words(positive) if of_places else _asked_words(positive)
    others = _other_words(positive, words)
    if not words:
        return None
    literals = tuple(Literal(chunk.folded) for chunk in positive if chunk.quoted)
    excluded = tuple(_literal_or_words(chunk) for chunk, exclude in parsed.chunks() if exclude)
    scored = _with_ranking(words, positive)
    return Plan(
        literal=NOTHING,
        partial=AllOf((AnyOf((SomeWords(words, 0.0, others), *literals)),), excluded),
        score_words=scored,
        other_words=_other_words(positive, scored),
        near=neighbours(parsed.tree, lambda c: _words_in_pieces(c) or c.ranking)[0],
        authority=any(chunk.sentence for chunk in positive),
        preferred=_places_and_years(positive),
    )


def only_excludes(parsed: ParsedQuery) -> bool:
    """Return whether the query names only what is not wanted."""
    return parsed.tree is not None and all(exclude for _, exclude in parsed.chunks())


def as_text(parsed: ParsedQuery, segmenter: Segmenter) -> ParsedQuery:
    """Read the whole query as one chunk of text, signs included."""
    words = tuple(dict.fromkeys(segmenter.words(parsed.q)))
    chunk = Chunk(parsed.q.strip(), fold(parsed.q), words)
    return ParsedQuery(
        parsed.q, chunk, (*parsed.warnings, "全文中有与输入完全相同的文字，已按文字检索")
    )


def _distinct_words(chunks: list[Chunk]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for chunk in chunks for word in chunk.words))


def _asked_words(chunks: list[Chunk]) -> tuple[str, ...]:
    """Return the words beside places and years, which ``preferred`` counts; all if none."""
    words = (word for chunk in chunks for word in _words_in_pieces(chunk))
    return tuple(dict.fromkeys(words)) or _distinct_words(chunks)


def _with_ranking(words: tuple[str, ...], chunks: list[Chunk]) -> tuple[str, ...]:
    """Return ``words`` and those that only rank."""
    return tuple(dict.fromkeys((*words, *(word for chunk in chunks for word in chunk.ranking))))


def _words_in_pieces(chunk: Chunk) -> tuple[str, ...]:
    if not chunk.parts:
        return chunk.words
    return tuple(dict.fromkeys(word for part in chunk.parts for word in part.words))


def _other_words(chunks: list[Chunk], words: tuple[str, ...]) -> tuple[str, ...]:
    others = (word for chunk in chunks for word in chunk.other_words)
    return tuple(word for word in dict.fromkeys(others) if word not in words)


def _verbatim(parsed: ParsedQuery) -> Expression | None:
    """The whole query as one literal, where a sign in it could hide text that is there."""
    if any(exclude for _, exclude in parsed.chunks()):
        return Literal(fold(parsed.q))
    return None


_Leaf = Callable[[Chunk], Expression]


def _literal(chunk: Chunk) -> Expression:
    return Literal(chunk.folded)


def _words(chunk: Chunk) -> Expression:
    return Literal(chunk.folded) if chunk.quoted else AllWords(chunk.words)


def _literal_or_words(chunk: Chunk) -> Expression:
    # A word of a section stands in its folded text, so a word adds nothing to itself.
    ways: list[Expression] = [Literal(chunk.folded)]
    if not chunk.quoted and chunk.words and chunk.words != (chunk.folded,):
        ways.append(AllWords(chunk.words))
    if chunk.parts:
        ways.append(AllOf((*_places_and_years([chunk]), *_texts(chunk))))
    return ways[0] if len(ways) == 1 else AnyOf(tuple(ways))


def _texts(chunk: Chunk) -> tuple[Expression, ...]:
    """What is asked for beside places and years."""
    return tuple(
        AnyOf((Literal(part.folded), AllWords(part.words)))
        for part in chunk.parts
        if part.kind == "text"
    )


def _places_and_years(chunks: list[Chunk]) -> tuple[Expression, ...]:
    """The places as one alternative (no section is in two), and so the years."""
    parts = [part for chunk in chunks for part in chunk.parts]
    places = [Literal(name) for part in parts for name in part.names]
    years: list[Expression] = [Literal(part.folded) for part in parts if part.kind == "year"]
    years.extend(OfYear(*part.years) for part in parts if part.years is not None)
    return tuple(AnyOf(tuple(dict.fromkeys(group))) for group in (places, years) if group)


def _covered(chunk: Chunk) -> Expression:
    if chunk.sentence:
        covered = SomeWords(_asked_words([chunk]), SENTENCE_SHARE, chunk.other_words)
        return AnyOf((Literal(chunk.folded), covered))
    return _literal_or_words(chunk)


_MATCHES: dict[Mode, _Leaf] = {"literal": _literal, "words": _words, "auto": _literal_or_words}
"""What it means in each mode that a chunk matches, so also what excludes a section."""


def _lower(node: Node | None, leaf: _Leaf, excluding: _Leaf) -> Expression:
    if node is None:
        return NOTHING
    if isinstance(node, Chunk):
        return leaf(node)
    if isinstance(node, Or):
        return AnyOf(tuple(_lower(part, leaf, excluding) for part in node.parts))
    parts = node.parts if isinstance(node, And) else (node,)
    return AllOf(
        tuple(_lower(part, leaf, excluding) for part in parts if not isinstance(part, Not)),
        tuple(_lower(part.part, excluding, excluding) for part in parts if isinstance(part, Not)),
    )


def counted_literals(expression: Expression | None) -> set[str]:
    """Return the literals that are asked for (not those that exclude), to count occurrences.

    One that contains another is left out: where it stands the other is counted already.
    """
    wanted = _literals_of(expression)
    return {text for text in wanted if not any(o != text and o in text for o in wanted)}


def _literals_of(expression: Expression | None) -> set[str]:
    match expression:
        case Literal(folded):
            return {folded}
        case AllOf(parts, _) | AnyOf(parts):
            return set().union(*map(_literals_of, parts))
    return set()
