"""Which words a text has: the only place that knows jieba.

Two implementations of jieba's algorithm serve: ``rjieba`` (compiled, about fifteen
times faster) where it is installed, ``jieba`` otherwise. Hyphens separate words here,
because the two differ in runs of ASCII joined by them. What difference is left (a
few runs such as ``2.0cm``) is why the fingerprint names the implementation.
"""

from __future__ import annotations

import hashlib
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

from search_service.analysis.fold import FOLD_VERSION
from search_service.errors import ConfigError

Backend = Literal["rjieba", "jieba"]

_SEGMENTER_VERSION = 2
"""Part of every index's fingerprint; raised whenever the same text gives other words."""

_TERM_FREQUENCY = 3000
"""Frequency given to dictionary terms: enough for jieba to keep any of them together."""

_SHORTEST_INSIDE = 4
"""Code points: jieba's search-mode cut adds only the words of two and three."""

_MAX_WORD_LENGTH = 64
"""Code points; what is longer is no word but an unbroken run, found literally."""


class Segmenter:
    """Cuts texts into words; safe to share between threads.

    ``user_dictionary`` is a file with one more term a line.
    """

    def __init__(
        self, user_dictionary: str | Path | None = None, backend: Backend | None = None
    ) -> None:
        self.user_dictionary = None if user_dictionary is None else str(user_dictionary)
        terms = [*_lines("terms.txt"), *_user_terms(user_dictionary)]
        self.stop_words = frozenset(_lines("stopwords.txt"))
        self._kept = _Kept(self.stop_words, terms)
        self.backend: Backend = backend or _best_backend()
        self._cut, self._cut_for_search = _cutters(self.backend, tuple(terms))
        digest = hashlib.sha256("\n".join([*terms, "", *sorted(self.stop_words)]).encode())
        self.fingerprint = (
            f"{self.backend}-{_SEGMENTER_VERSION}-fold-{FOLD_VERSION}-{digest.hexdigest()[:12]}"
        )
        """Equal where two segmenters give the same words for every text."""

    def words(self, text: str) -> list[str]:
        """Return the words of a query: default cut, in order, repetitions kept."""
        return self._keep(self._cut(_prepared(text)))

    def pieces(self, text: str) -> list[str]:
        """Return all tokens of the default cut, stop words and punctuation too.

        For folded text they add up to it, but for hyphens, which come out as spaces.
        """
        return list(self._cut(_prepared(text)))

    def is_word(self, token: str) -> bool:
        """Return whether one of the ``pieces`` of a text is a word."""
        return self._kept[token]

    def search_words(self, text: str) -> list[str]:
        """Return the words of a section: search-mode cut, which adds the words inside words."""
        words = self._keep(self._cut_for_search(_prepared(text)))
        inside = self._kept.inside
        if not inside.keys().isdisjoint(words):  # asked of every text, and this is fastest
            words += [term for word in words for term in inside.get(word, ())]
        return words

    def _keep(self, tokens: Iterable[str]) -> list[str]:
        kept = self._kept
        return [token for token in tokens if kept[token]]


class _Kept(dict[str, bool]):
    """Which tokens are words: asked once per token, because texts repeat them."""

    _MAX = 500_000

    def __init__(self, stop_words: frozenset[str], terms: Iterable[str]) -> None:
        self._stop_words = stop_words
        self._terms = frozenset(term for term in terms if len(term) >= _SHORTEST_INSIDE)
        self.inside: dict[str, tuple[str, ...]] = {}
        """The terms of the dictionary inside words met: 公共法律服务 in 公共法律服务体系.
        Else a section would lack the shorter term wherever the longer one stands."""

    def __missing__(self, token: str) -> bool:
        if len(self) >= self._MAX:
            self.clear()
        kept = (
            token not in self._stop_words
            and len(token) <= _MAX_WORD_LENGTH
            and any(character.isalnum() for character in token)
        )
        if kept and (terms := self._terms.intersection(_inner(token))):
            self.inside[token] = tuple(sorted(terms))
        self[token] = kept  # last: who finds the token here finds its terms too
        return kept


def _inner(token: str) -> Iterator[str]:
    """Yield the pieces of ``token``, not the whole, that search mode leaves out."""
    for length in range(_SHORTEST_INSIDE, len(token)):
        for at in range(len(token) - length + 1):
            yield token[at : at + length]


def _prepared(text: str) -> str:
    """Return the form of ``text`` that is cut: normalised, with hyphens as separators."""
    return unicodedata.normalize("NFKC", text).casefold().replace("-", " ")


def _lines(name: str) -> list[str]:
    data = resources.files("search_service.analysis") / "data" / name
    return _terms(data.read_text(encoding="utf-8"))


def _terms(content: str) -> list[str]:
    lines = (_prepared(line).strip() for line in content.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _user_terms(path: str | Path | None) -> list[str]:
    if path is None:
        return []
    try:
        return _terms(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"USER_DICTIONARY: {path} cannot be read as UTF-8 text ({error}); "
            "give a file with one term a line"
        ) from None


def _best_backend() -> Backend:
    try:
        import rjieba  # noqa: F401, PLC0415 - only to see whether it is there
    except ImportError:
        return "jieba"
    return "rjieba"


_Cut = Callable[[str], Iterable[str]]


@lru_cache(maxsize=4)
def _cutters(backend: Backend, terms: tuple[str, ...]) -> tuple[_Cut, _Cut]:
    """Return the default cut and the search-mode cut with ``terms`` in the dictionary.

    Built once per process and dictionary: loading takes 0.2 s (rjieba) to 1.5 s (jieba).
    """
    return _rjieba_cutters(terms) if backend == "rjieba" else _jieba_cutters(terms)


def _rjieba_cutters(terms: tuple[str, ...]) -> tuple[_Cut, _Cut]:
    import rjieba  # noqa: PLC0415 - optional

    tokenizer = rjieba.Jieba()
    for term in terms:
        tokenizer.add_word(term, _TERM_FREQUENCY, None)

    def encodable(cut: _Cut) -> _Cut:
        def cut_any(text: str) -> Iterable[str]:
            try:
                return cut(text)
            except UnicodeEncodeError:  # lone surrogates; they are in no word
                return cut(text.encode(errors="replace").decode())

        return cut_any

    return encodable(tokenizer.cut), encodable(tokenizer.cut_for_search)


def _jieba_cutters(terms: tuple[str, ...]) -> tuple[_Cut, _Cut]:
    import warnings  # noqa: PLC0415 - only this backend needs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 has invalid escapes and pkg_resources
        import jieba  # noqa: PLC0415 - slow to import, only where it is the backend

    tokenizer = jieba.Tokenizer()
    # initialize() would read a marshal file from the shared temporary folder, which
    # others can write; the dictionary itself takes little longer to load.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for term in terms:
        tokenizer.add_word(term, _TERM_FREQUENCY)
    lock = threading.Lock()

    def locked(cut: _Cut) -> _Cut:
        def cut_whole(text: str) -> list[str]:
            with lock:  # the generators keep state in the module's finalseg
                return list(cut(text))

        return cut_whole

    return locked(tokenizer.cut), locked(tokenizer.cut_for_search)
