"""What can go wrong, as one exception tree.

    SearchServiceError
      ConfigError             a setting has an invalid value
      InvalidRequest          a query, parameter or uploaded document is unusable
      NotFound                the named document or section is not in the index
      SourceRefused           one input file cannot be read as a report
      DeadlineExceeded        a search took longer than it may
      NotSupported            the engine leaves this to other tools
      EngineUnavailable       the engine cannot answer now; a later attempt may succeed
        IndexMissing          there is no index at the given place
        IndexLocked           another process is writing to the index
        StorageFailed         the file system refused a read or a write
          StorageFull         no space is left for the index
      IndexUnusable           the index is there but must not be served
        IndexDamaged          its files do not match their checksums or contradict each other
        IndexIncompatible     it was made by another format, segmenter or dictionary
        IndexUntrusted        others can write to its directory

Every message says what is wrong, where, and what to do. The command line prints
it as one line; the HTTP API maps each class to a status in one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class SearchServiceError(Exception):
    """Base of every error that this package raises on purpose."""

    code = "error"
    """Stable machine-readable name; part of the public API."""


class ConfigError(SearchServiceError):
    """A setting has an invalid value; the message names the setting."""

    code = "invalid_setting"


class InvalidRequest(SearchServiceError):
    """A request cannot be carried out as asked.

    ``errors`` maps each offending parameter to its messages.
    """

    code = "invalid_request"

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = {name: list(messages) for name, messages in errors.items()}
        super().__init__(
            "; ".join(
                f"{name}: {message}"
                for name, messages in self.errors.items()
                for message in messages
            )
        )


class NotFound(SearchServiceError):
    """The named document or section is not in the index."""

    code = "not_found"


class SourceRefused(SearchServiceError):
    """One source cannot be read as a report.

    ``source`` names it as the user did; ``reason`` is a whole sentence. ``field`` is the field
    of a document at fault (``year``, ``sections[2].path``), whose name begins the sentence.
    """

    code = "source_refused"

    def __init__(self, source: str, reason: str, field: str | None = None) -> None:
        self.source = source
        self.reason = reason if field is None else f"“{field}” {reason}"
        self.field = field
        super().__init__(f"{source}: {self.reason}")


class DeadlineExceeded(SearchServiceError):
    """A search took longer than its deadline."""

    code = "deadline_exceeded"


class NotSupported(SearchServiceError):
    """The engine cannot do this; the message names what can."""

    code = "not_supported"


class EngineUnavailable(SearchServiceError):
    """The engine cannot answer now; a later attempt may succeed."""

    code = "engine_unavailable"


class IndexMissing(EngineUnavailable):
    """There is no index at the given place."""

    code = "index_missing"


class IndexLocked(EngineUnavailable):
    """Another process is writing to the index."""

    code = "index_locked"


class StorageFailed(EngineUnavailable):
    """The file system refused a read or a write."""

    code = "storage_failed"


class StorageFull(StorageFailed):
    """No space is left for the index."""

    code = "storage_full"


class IndexUnusable(SearchServiceError):
    """The index is there but must not be served."""

    code = "index_unusable"


class IndexDamaged(IndexUnusable):
    """Files of the index do not match their checksums or contradict each other."""

    code = "index_damaged"


class IndexIncompatible(IndexUnusable):
    """The index was made by another format, segmenter or dictionary."""

    code = "index_incompatible"


class IndexUntrusted(IndexUnusable):
    """Others can write to the index directory, so its content proves nothing."""

    code = "index_untrusted"
