"""Which words are neighbours in a query, so that a section ranks higher where they are near."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from search_service.query.tree import And, Chunk, Node, Not

Pair = tuple[str, str]

WordsOf = Callable[[Chunk], tuple[str, ...]]
"""The words of a chunk in order."""


def neighbours(tree: Node | None, words_of: WordsOf) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """Return the pairs of neighbouring words, and those of them that join two chunks.

    Only chunks that are asked for together are neighbours, not alternatives.
    """
    inside: list[Pair] = []
    across: list[Pair] = []
    for words, following in _chunks(tree, words_of):
        inside.extend(pairwise(words))
        if following:
            across.append((words[-1], following[0]))
    across = [pair for pair in dict.fromkeys(across) if pair[0] != pair[1]]
    return tuple(dict.fromkeys([*inside, *across])), tuple(across)


def _chunks(
    node: Node | None, words_of: WordsOf
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the words of each chunk that has some, with those of its neighbour after it."""
    if node is None or isinstance(node, Not):
        return
    if isinstance(node, Chunk):
        if words := words_of(node):
            yield words, ()
        return
    for part in node.parts:
        if not isinstance(part, Chunk):
            yield from _chunks(part, words_of)
    chunks = [words for part in node.parts if isinstance(part, Chunk) and (words := words_of(part))]
    together = isinstance(node, And)
    for words, following in zip(chunks, [*chunks[1:], ()], strict=False):
        yield words, following if together else ()
