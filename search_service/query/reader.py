"""Reads a query: text to tree."""

from __future__ import annotations

import re

from search_service.analysis import Segmenter, fold
from search_service.query.tree import And, Chunk, Node, Not, Or, ParsedQuery
from search_service.signs import (
    CLOSING_BRACKETS,
    MINUS,
    OPENING_BRACKETS,
    OR_WORDS,
    closing_marks,
    find_groups,
    find_quotations,
)
from search_service.synonyms import find_synonyms

MAX_DEPTH = 16
"""Parentheses nested deeper than this are searched as text."""

_SPACE = re.compile(r"\s+")
_BRACKETS = "".join(sorted(OPENING_BRACKETS | CLOSING_BRACKETS))
_SENTENCE_MARKS = re.compile(r"[，。；？！,;?!](?=.)|[？?吗呢]$")
_QUESTION_WORDS = re.compile(
    "什么|怎么|怎样|如何|为何|为什么|是否|能否|可否|哪些|哪个|哪里|哪种|谁|多少|多久|几年|几天"
    "|能不能|可不可以|是不是|有没有|要不要|该不该|会不会|算不算"
)
_FOREIGN = {
    "and": "用空格隔开的检索词须同时出现",
    "not": "要排除的检索词前请加“-”",
    "or": "表示“或”请用大写的 OR",
}
"""Operators of other search engines, and how what they ask for is written here."""
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
            if word in OR_WORDS:
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
        self._warn_of_signs(word)
        return self._chunk(word, quoted=False)

    def _warn_of_signs(self, word: str) -> None:
        first, last = word[0], word[-1]
        if word != self.q.strip() and (hint := _FOREIGN.get(word.casefold())):
            self.warnings.append(f"“{word}” 已按文字检索；{hint}")
        closing = closing_marks(first)
        if closing and not any(sign in closing for sign in word[1:]):
            self.warnings.append(f"引号 {first} 没有配对，已按文字检索")
        elif first in OPENING_BRACKETS and CLOSING_BRACKETS.isdisjoint(word):
            self.warnings.append(f"括号 {first} 没有配对，已按文字检索")
        elif last in CLOSING_BRACKETS and OPENING_BRACKETS.isdisjoint(word):
            self.warnings.append(f"括号 {last} 没有配对，已按文字检索")
        elif word.strip(_BRACKETS) == "":
            self.warnings.append(f"“{word}” 里没有检索词，已按文字检索")

    def _chunk(self, text: str, quoted: bool) -> Node | None:
        folded = fold(text)
        if not folded:
            return None
        words = tuple(dict.fromkeys(self.segmenter.words(text)))
        if quoted:
            return Chunk(text, folded, (), quoted, ranking=words)
        synonyms = find_synonyms(folded) if self.synonyms else ()
        terms = (term for synonym in synonyms for term in synonym.terms)
        others = dict.fromkeys(word for term in terms for word in self._telling(term))
        return Chunk(
            text,
            folded,
            words,
            sentence=_is_sentence(text, words),
            synonyms=synonyms,
            other_words=tuple(word for word in others if word not in words),
        )

    def _telling(self, term: str) -> list[str]:
        """Return the words of a synonym's term, without single letters that say little alone.

        无 of 无民事行为能力人 would find every section that says 无.
        """
        words = self.segmenter.words(term)
        return [word for word in words if len(word) > 1] or words


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
