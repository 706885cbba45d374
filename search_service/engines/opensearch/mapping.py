"""How an index is laid out in the cluster, and what says which program made it.

Two kinds of entries share an index: one per document, one per section. The tokens
of the text fields are computed by our analysis and sent separated by spaces, so the
server needs no plugin and cannot disagree with us: its white-space analyzer gives back
exactly what was sent, because neither folded text nor words contain white space.
Entries keep only ``payload``, the original; everything else is for searching.
"""

from __future__ import annotations

import hashlib
import re

from search_service.engines.opensearch.client import Json
from search_service.errors import IndexIncompatible
from search_service.ranking import K1, B

FORMAT = 1
"""Raised whenever entries change in a way that older programs would misread."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_TITLE = 200
_SPACE = re.compile(r"\s")


def index_body(shards: int, replicas: int, analysis: str) -> Json:
    """Return the body that creates an index for content analysed by ``analysis``."""
    return {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            # A writer makes its changes searchable itself. This is for merges, whose old
            # files stay on the disk until the next refresh.
            "refresh_interval": "30s",
            "translog.durability": "request",
            "max_result_window": 1_000_000,
            "similarity": {"words": {"type": "BM25", "k1": K1, "b": B}},
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"format": FORMAT, "analysis": analysis},
            "_source": {"includes": ["payload"]},
            "properties": _fields(),
        },
    }


def _fields() -> Json:
    keyword = {"type": "keyword"}
    tokens = {"type": "text", "analyzer": "whitespace", "norms": False}
    present = {**tokens, "index_options": "docs"}
    return {
        "kind": keyword,
        "version": keyword,
        "born": {"type": "long"},
        "document": keyword,
        "ordinal": {"type": "integer"},
        "district": keyword,
        "town": keyword,
        "year": {"type": "long"},
        # One token per code point of the folded own text, with positions: a
        # phrase of them is a substring. The server also keeps pairs of tokens, so
        # that a phrase need not go through the lists of common characters.
        "own": {**tokens, "index_phrases": True},
        # The parts of the context; a phrase cannot reach from one into the next.
        "context": {**tokens, "position_increment_gap": 100},
        # Heading words stand HEADING_WEIGHT times, so that frequency and length
        # are those of BM25F.
        "own_words": {
            **tokens,
            "norms": True,
            "index_options": "freqs",
            "similarity": "words",
        },
        "context_words": present,
        # The distinct words again, as values that can be counted.
        "words": {"type": "keyword", "index": False},
        # The document's title, and the titles that the section names: who is cited
        # how often counts in the ranking of questions.
        "title": {"type": "keyword", "doc_values": False},
        "cites": keyword,
        "length": {"type": "integer", "index": False},
        "characters": {"type": "long", "index": False},
        "payload": {"type": "keyword", "index": False, "doc_values": False},
    }


def check_compatible(index: str, meta: Json, analysis: str) -> None:
    """Raise ``IndexIncompatible`` unless this program's analysis made the index."""
    if meta.get("format") != FORMAT:
        raise IndexIncompatible(
            f"{index}: has format {meta.get('format')}, but this program uses {FORMAT}; "
            "rebuild the index"
        )
    if meta.get("analysis") != analysis:
        raise IndexIncompatible(
            f"{index}: made with the analysis {meta.get('analysis')}, but this program uses "
            f"{analysis}; rebuild the index or use the same segmenter and dictionary"
        )


def characters(folded: str) -> str:
    """Return the code points of a folded text as tokens."""
    return " ".join(folded) if encodable(folded) else " ".join(map(value, folded))


def word(text: str) -> str:
    """Return a word as one token."""
    return value(_SPACE.sub("\0", text))


def title_key(folded: str) -> str:
    """Return a folded title as one term; a hash stands for what is longer than terms may be."""
    if len(folded) <= _LONGEST_TITLE:
        return value(folded)
    return hashlib.blake2b(folded.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def value(text: str) -> str:
    """Return a form of ``text`` that can stand in the cluster; it differs where texts do."""
    if encodable(text):
        return text
    return _SURROGATE.sub(lambda match: f"\0{ord(match[0]):x}", text)


def encodable(text: str) -> bool:
    """Return whether ``text`` is free of lone surrogates."""
    return _SURROGATE.search(text) is None
