"""Which request computes next: the short ones first, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from search_service.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_QUESTION = re.compile(r"(?:^|&)q=([^&]*)")
_PER_PAGE = re.compile(r"(?:^|&)per_page=([0-9]{1,3})(?:&|$)")


class Admission:
    """A WSGI application whose reads wait for their turn.

    All of a read is in the turn, from its parameters to its headers: threads that
    compute anything at the same moment only take the interpreter from each other.
    Changes wait for clients and disks, so they are not in turns; nor is the probe of the
    process, which must not wait.
    """

    def __init__(self, application: WSGIApplication, turns: Turns) -> None:
        self._application = application
        self._turns = turns

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ["PATH_INFO"] == "/healthz":
            return self._application(environ, start_response)
        with self._turns.taken(*_asked_for(environ.get("QUERY_STRING", ""))):
            return self._application(environ, start_response)


def _asked_for(query: str) -> tuple[int, int]:
    """Return how many hits a read asks for, and how long its question is."""
    question, per_page = _QUESTION.search(query), _PER_PAGE.search(query)
    return (
        int(per_page[1]) if per_page else 0,
        len(unquote_plus(question[1])) if question else 0,
    )
