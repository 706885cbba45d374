"""The addresses of the pages, and what each of them shows without any script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request, url_for

from search_service.errors import (
    DeadlineExceeded,
    EngineUnavailable,
    IndexUnusable,
    InvalidRequest,
    NotFound,
    SearchServiceError,
)
from search_service.models import UNKNOWN, SearchResult
from search_service.service import SearchService
from search_service.turns import in_turns
from search_service.web import asked, assets, marks, matrix, reading
from search_service.web.texts import LANGUAGES, Texts

blueprint = Blueprint("web", __name__, template_folder="templates")


class _Index(Protocol):
    def service(self) -> SearchService: ...


class _Limiter(Protocol):
    def wait(self, client: str) -> float: ...


class _Limits(Protocol):
    @property
    def max_window(self) -> int: ...


class _Shared(Protocol):
    """What the application shares with the pages."""

    @property
    def settings(self) -> _Limits: ...
    @property
    def index(self) -> _Index: ...
    @property
    def limiter(self) -> _Limiter | None: ...


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a page cannot show what was asked for."""

    status: int
    kind: str
    """Names the texts that explain it."""
    detail: tuple[tuple[str, str], ...] = ()
    """What is wrong with which parameter, in the words of the API."""
    retry_after: int = 0

    @property
    def repeated(self) -> int:
        """Seconds after which the page asks again by itself, as its texts say; 0 for never."""
        return self.retry_after if self.kind in ("busy", "unready") else 0


@blueprint.get("/")
def home() -> Response:
    """Return the search page, with results if the address asks for some."""
    wanted = asked.read(request.args)
    result: SearchResult | None = None
    table: matrix.Table | None = None
    trouble: Trouble | None = None
    try:
        if wanted.searches and wanted.view == "matrix":
            _count_request()
            table = matrix.table(_service(), wanted)
        else:
            if wanted.searches:
                _count_request()
            result = _search(wanted)
    except SearchServiceError as error:
        trouble = _trouble(error)
    except _TooManyError as error:
        trouble = _busy(error)
    return _page(
        "web/search.html",
        wanted.lang,
        trouble if wanted.searches else None,
        asked=wanted,
        kept=list(_kept(wanted, result)),
        titles=_titles(result),
        result=result if wanted.searches else None,
        held=result if not wanted.searches else None,
        table=table,
        trouble=trouble,
        last_page=_shared().settings.max_window // asked.PER_PAGE,
        passage_pieces=marks.passage_pieces,
        pieces=marks.pieces,
    )


def _search(wanted: asked.Asked) -> SearchResult:
    return _service().search(
        wanted.q,
        mode=wanted.mode,
        district=wanted.district,
        town=wanted.town,
        year=wanted.year,
        document=wanted.document,
        sort=wanted.sort,
        page=wanted.page,
        per_page=asked.PER_PAGE,
    )


def _titles(result: SearchResult | None) -> dict[str, str]:
    """Return how the reports of an answer are called, by id."""
    documents = [hit.document for hit in result.hits] if result else []
    return {document.id: document.title or document.id for document in documents}


def _kept(wanted: asked.Asked, result: SearchResult | None) -> Iterator[tuple[str, str]]:
    """Yield what the address asks for and no control holds, for the form to send again."""
    boxes = {
        (name, UNKNOWN if value.value is None else str(value.value))
        for name, values in (result.facets if result else {}).items()
        for value in values
    }
    held = {"q", "mode", "page"} | ({"sort"} if result and result.total else set())
    yield from (pair for pair in wanted.pairs() if pair[0] not in held and pair not in boxes)


@blueprint.get("/documents/<document_id>")
def reader(document_id: str) -> Response:
    """Return a report for reading, alone or beside another one."""
    wanted = reading.read(request.args)
    view: reading.View | None = None
    try:
        view, trouble = _readable(document_id, wanted)
    except SearchServiceError as error:
        trouble = _trouble(error)
    return _page(
        "web/reader.html",
        asked.language(request.args),
        trouble,
        wanted=view.wanted if view else wanted,
        typed=wanted.q,
        view=view,
        trouble=trouble,
        document_id=document_id,
        in_turns=in_turns,
    )


def _readable(document_id: str, wanted: reading.Wanted) -> tuple[reading.View, Trouble | None]:
    """Return a report as it is wanted, or with less and why: it can be read all the same."""
    try:
        if wanted.q or wanted.beside:
            _count_request()
        view = reading.view(_service(), document_id, wanted)
    except _TooManyError as error:
        return reading.view(_service(), document_id, replace(wanted, q="", beside="")), _busy(error)
    except InvalidRequest as error:  # what was typed cannot be found
        return reading.view(_service(), document_id, replace(wanted, q="")), _trouble(error)
    return view, Trouble(404, "beside") if view.lost else None


@blueprint.get("/static/<version>/<name>")
def static(version: str, name: str) -> Response:
    """Return a style sheet or script."""
    return assets.send(version, name)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Return the icon to browsers that look for it under its customary name."""
    return assets.send("", "icon.svg")


class _TooManyError(Exception):
    """This client may not search again yet."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _shared() -> _Shared:
    shared: _Shared = current_app.extensions["search_service"]
    return shared


def _service() -> SearchService:
    return _shared().index.service()


def _count_request() -> None:
    """Let a page that searches count as one call of the API, which has a limit."""
    limiter = _shared().limiter
    seconds = limiter.wait(request.remote_addr or "") if limiter is not None else 0.0
    if seconds > 0:
        raise _TooManyError(int(seconds) + 1)


def _busy(error: _TooManyError) -> Trouble:
    return Trouble(429, "busy", retry_after=error.seconds)


def _trouble(error: SearchServiceError) -> Trouble:
    if isinstance(error, InvalidRequest):
        messages = [(name, text) for name, texts in error.errors.items() for text in texts]
        return Trouble(422, "invalid", tuple(messages))
    if isinstance(error, NotFound):
        return Trouble(404, "missing")
    if isinstance(error, DeadlineExceeded):
        return Trouble(503, "slow", retry_after=2)
    if isinstance(error, (EngineUnavailable, IndexUnusable)):
        return Trouble(503, "unready", retry_after=5)
    return Trouble(500, "failed")


def _page(template: str, language: str, failed: Trouble | None, **values: Any) -> Response:
    texts = Texts(language)
    other = next(name for name in LANGUAGES if name != language)
    body = render_template(
        template,
        t=texts,
        other_language=other,
        other_language_query=_with_language(other),
        asset=lambda name: url_for("web.static", version=assets.version(), name=name),
        scripts=assets.scripts(),
        root=request.script_root,
        repeated=failed.repeated if failed is not None else 0,
        **values,
    )
    response = assets.packed_if_wanted(body.encode(), "text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    if failed is not None:
        response.status_code = failed.status
        if failed.retry_after:
            response.headers["Retry-After"] = str(failed.retry_after)
        return response
    response.add_etag()
    response.make_conditional(request)
    return response


def _with_language(language: str) -> str:
    """Return the query of this very page in another language."""
    kept: list[tuple[str, str]] = [
        (name, value) for name, values in request.args.lists() for value in values if name != "lang"
    ]
    if language != LANGUAGES[0]:
        kept.append(("lang", language))
    return "?" + urlencode(kept)
