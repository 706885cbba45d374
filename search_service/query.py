"""What the user asked: text → chunks → a small tree.

Grammar (full-width forms of the signs work too)::

    query   = branch { ("OR" | "|") branch }      AND binds tighter than OR
    branch  = item { item }
    item    = [ "-" ] ( "(" query ")" | quoted | text )

A sign means something only where it stands at the border of white space: a string
without white space is always one chunk, unless it starts with ``-`` or is quoted
as a whole. So a piece of a report that happens to hold quotation marks, brackets or
hyphens (``（五）突出“源头”治理``) is searched as it stands. What does not parse is searched
as text, with a warning.

``parse`` gives the tree of chunks; ``plan`` lowers it to what engines execute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from search_service.analysis import Segmenter, fold
from search_service.models import Mode, Synonym
from search_service.signs import (
    CLOSING_BRACKETS,
    MINUS,
    OPENING_BRACKETS,
    closing_marks,
    find_groups,
    find_quotations,
)
from search_service.synonyms import find_synonyms

MAX_DEPTH = 16
"""Parentheses nested deeper than this are searched as text."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One thing that is asked for."""

    text: str
    """As typed, without the quotation marks around it."""
    folded: str
    words: tuple[str, ...]
    """Its distinct words in order; empty where it has none."""
    quoted: bool = False
    sentence: bool = False
    """A question or sentence: also matched by how much of it a section covers."""
    synonyms: tuple[Synonym, ...] = ()
    """What helps if it is a sentence, or if nothing is found."""
    other_words: tuple[str, ...] = ()
    """The distinct words of ``synonyms`` that are not among its own."""


@dataclass(frozen=True, slots=True)
class And:
    """All of ``parts`` must match; ``Not`` parts exclude."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of ``parts`` must match."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Excludes what ``part`` matches in a section's own text."""

    part: Node


Node = Chunk | And | Or | Not


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """How a query was read."""

    q: str
    tree: Node | None
    """``None`` browses: it matches every section."""
    warnings: tuple[str, ...] = ()

    def chunks(self) -> Iterator[tuple[Chunk, bool]]:
        """Yield every chunk in the order typed, and whether it excludes."""
        return _chunks(self.tree, False)

    def wanted(self) -> list[Chunk]:
        """Return the chunks that do not exclude."""
        return [chunk for chunk, exclude in self.chunks() if not exclude]


def _chunks(node: Node | None, exclude: bool) -> Iterator[tuple[Chunk, bool]]:
    if isinstance(node, Chunk):
        yield node, exclude
    elif isinstance(node, Not):
        yield from _chunks(node.part, not exclude)
    elif node is not None:
        for part in node.parts:
            yield from _chunks(part, exclude)


# --- text to tree -----------------------------------------------------------------

_SPACE = re.compile(r"\s+")
_OR = {"OR", "ＯＲ", "|", "｜"}
_SENTENCE_MARKS = re.compile(r"[，。；？！,;?!](?=.)|[？?吗呢]$")
_QUESTION_WORDS = re.compile(
    "什么|怎么|怎样|如何|为何|为什么|是否|能否|可否|哪些|哪个|哪里|哪种|谁|多少|多久|几年|几天"
    "|能不能|可不可以|是不是|有没有|要不要|该不该|会不会|算不算"
)
_SENTENCE_LENGTH = 20
_SENTENCE_WORDS = 3


def parse(q: str, segmenter: Segmenter, synonyms: bool = True) -> ParsedQuery:
    """Read ``q``, looking up synonyms if asked to. Every string is a valid query."""
    reader = _Reader(q, segmenter, synonyms)
    tree = reader.query(closing=False, depth=0)
    return ParsedQuery(q, tree, tuple(dict.fromkeys(reader.warnings)))


class _Reader:
    """A recursive-descent reader over the code points of one query."""

    def __init__(self, q: str, segmenter: Segmenter, synonyms: bool) -> None:
        self.q = q
        self.synonyms = synonyms
        self.at = 0
        self.warnings: list[str] = []
        self.segmenter = segmenter
        self.quotations = find_quotations(q)
        self.groups = find_groups(q, self.quotations)
        self.group_ends = frozenset(self.groups.values())

    def query(self, closing: bool, depth: int) -> Node | None:
        """Read branches up to the end, or up to the bracket that closes this group."""
        branches: list[list[Node]] = [[]]
        pending_or: str | None = None
        while self._more(closing):
            word = self._bare_word()
            if word in _OR:
                if branches[-1] and pending_or is None:
                    pending_or = word
                    branches.append([])
                else:  # nothing on its left
                    self._add(branches[-1], self._stray_or(word))
                    pending_or = None
                self.at += len(word)
                continue
            item = self._item(depth)
            if item is not None:
                branches[-1].append(item)
                pending_or = None
        if pending_or is not None:  # nothing on its right
            branches.pop()
            self._add(branches[-1], self._stray_or(pending_or))
        return _any_of([node for branch in branches if (node := _all_of(branch)) is not None])

    def _more(self, closing: bool) -> bool:
        space = _SPACE.match(self.q, self.at)
        if space:
            self.at = space.end()
        if self.at >= len(self.q):
            return False
        return not (closing and self.at in self.group_ends)

    def _bare_word(self) -> str:
        """Return what stands between here and the next white space or group's end."""
        end = self.at
        while end < len(self.q) and not self.q[end].isspace() and end not in self.group_ends:
            end += 1
        return self.q[self.at : end]

    def _stray_or(self, word: str) -> Node | None:
        self.warnings.append(f"“{word}” 两边须各有一个检索词，已按文字检索")
        return self._chunk(word, quoted=False)

    @staticmethod
    def _add(branch: list[Node], node: Node | None) -> None:
        if node is not None:
            branch.append(node)

    def _item(self, depth: int) -> Node | None:
        start = self.at
        if self.q[start] not in MINUS:
            return self._operand(depth)
        if len(self._bare_word()) > 1:
            self.at += 1
            node = self._operand(depth)
            if node is not None:
                return Not(node)
        else:
            self.at += 1
        sign = self.q[start]
        self.warnings.append(f"“{sign}” 后面须紧跟要排除的检索词，已按文字检索")
        return self._chunk(self.q[start : self.at], quoted=False)

    def _operand(self, depth: int) -> Node | None:
        start = self.at
        if start in self.groups:
            if depth < MAX_DEPTH:
                self.at += 1
                group = self.query(closing=True, depth=depth + 1)
                self.at += 1
                return group
            self.warnings.append(f"括号最多嵌套 {MAX_DEPTH} 层，更深的已按文字检索")
            self.at = self.groups[start] + 1
            return self._chunk(self.q[start : self.at], quoted=False)
        if start in self.quotations:
            end = self.quotations[start]
            self.at = end + 1
            return self._chunk(self.q[start + 1 : end], quoted=True)
        word = self._bare_word()
        self.at += len(word)
        self._warn_of_unbalanced(word)
        return self._chunk(word, quoted=False)

    def _warn_of_unbalanced(self, word: str) -> None:
        first, last = word[0], word[-1]
        closing = closing_marks(first)
        if closing and not any(sign in closing for sign in word[1:]):
            self.warnings.append(f"引号 {first} 没有配对，已按文字检索")
        elif first in OPENING_BRACKETS and CLOSING_BRACKETS.isdisjoint(word):
            self.warnings.append(f"括号 {first} 没有配对，已按文字检索")
        elif last in CLOSING_BRACKETS and OPENING_BRACKETS.isdisjoint(word):
            self.warnings.append(f"括号 {last} 没有配对，已按文字检索")

    def _chunk(self, text: str, quoted: bool) -> Node | None:
        folded = fold(text)
        if not folded:
            return None
        if quoted:
            return Chunk(text, folded, (), quoted)
        words = tuple(dict.fromkeys(self.segmenter.words(text)))
        synonyms = find_synonyms(folded) if self.synonyms else ()
        terms = (term for synonym in synonyms for term in synonym.terms)
        others = dict.fromkeys(word for term in terms for word in self.segmenter.words(term))
        return Chunk(
            text,
            folded,
            words,
            sentence=_is_sentence(text, words),
            synonyms=synonyms,
            other_words=tuple(word for word in others if word not in words),
        )


def _is_sentence(text: str, words: tuple[str, ...]) -> bool:
    return len(words) >= _SENTENCE_WORDS and bool(
        len(text) >= _SENTENCE_LENGTH
        or _SENTENCE_MARKS.search(text)
        or _QUESTION_WORDS.search(text)
    )


def _all_of(parts: list[Node]) -> Node | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _any_of(parts: list[Node]) -> Node | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


# --- tree to plan -----------------------------------------------------------------


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


Expression = Literal | AllWords | SomeWords | AllOf | AnyOf

NOTHING: Expression = AnyOf(())


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine executes.

    Each expression is evaluated twice over a section: ``own`` looks at its own text,
    ``any`` at its own text or its context. ``own(AllOf) = every part any, at least one
    part own (if there are parts), no excluded part own``; ``any(AllOf) = every part any,
    no excluded part own``; ``own(AnyOf) = one part own``, ``any(AnyOf) = one part any``.
    A section matches an expression if ``own`` holds: so all but one of the chunks of a
    query may be found in the context. ``SomeWords`` looks at the own text only.

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
    nearness: tuple[tuple[str, ...], ...] = ()
    """Per chunk its words in order; sections where they stand close rank higher."""


SENTENCE_SHARE = 0.08
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

    base = Plan(
        literal=lower(_literal), score_words=_distinct_words(positive), nearness=_phrases(positive)
    )
    if mode == "literal":
        return base
    if mode == "words":
        return replace(base, words=_lower(parsed.tree, _words, _words), words_only=True)
    auto = replace(base, words=lower(_literal_or_words))
    if not sentences:
        return auto
    others = _other_words(sentences, base.score_words)
    return replace(auto, partial=lower(_covered), other_words=others, authority=True)


def relax(parsed: ParsedQuery) -> Plan | None:
    """Return the plan that asks for any word of the query, or ``None`` if it has none.

    For queries whose own plan finds nothing: every hit is a partial match.
    """
    positive = parsed.wanted()
    words = _distinct_words(positive)
    others = _other_words(positive, words)
    if not words:
        return None
    literals = tuple(Literal(chunk.folded) for chunk in positive if chunk.quoted)
    excluded = tuple(_literal_or_words(chunk) for chunk, exclude in parsed.chunks() if exclude)
    return Plan(
        literal=NOTHING,
        partial=AllOf((AnyOf((SomeWords(words, 0.0, others), *literals)),), excluded),
        score_words=words,
        other_words=others,
        authority=any(chunk.sentence for chunk in positive),
        nearness=_phrases(positive),
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


def _other_words(chunks: list[Chunk], words: tuple[str, ...]) -> tuple[str, ...]:
    others = (word for chunk in chunks for word in chunk.other_words)
    return tuple(word for word in dict.fromkeys(others) if word not in words)


def _phrases(chunks: list[Chunk]) -> tuple[tuple[str, ...], ...]:
    return tuple(chunk.words for chunk in chunks if len(chunk.words) > 1)


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
    if chunk.quoted or not chunk.words or chunk.words == (chunk.folded,):
        return Literal(chunk.folded)
    return AnyOf((Literal(chunk.folded), AllWords(chunk.words)))


def _covered(chunk: Chunk) -> Expression:
    if chunk.sentence:
        covered = SomeWords(chunk.words, SENTENCE_SHARE, chunk.other_words)
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
