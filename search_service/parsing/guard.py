"""An error of this program refuses one report, and is logged, instead of stopping the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from search_service.errors import SourceRefused

_log = logging.getLogger("search_service.parsing")


@contextmanager
def guarded(source: str) -> Iterator[None]:
    """Refuse ``source`` where reading it fails as nobody expected."""
    try:
        yield
    except (SourceRefused, OSError):  # what the machine cannot do is no fault of the report
        raise
    except Exception as error:
        _log.exception("reading %s failed", source)
        reason = f"It cannot be read, by an error of this program ({type(error).__name__})."
        raise SourceRefused(source, reason) from error
