"""Full-text search for Chinese government reports, with a literal guarantee.

import search_service

search_service.build_index(["seeds"], "index")
service = search_service.open_index("index")
result = service.search("枫桥经验", district=["南岸区"], year=[2023])
result.total, result.hits[0].section.id, result.hits[0].passages[0].matches
"""

from search_service.config import Settings
from search_service.config import load as load_settings
from search_service.engines.base import MatrixRow, Suggestion
from search_service.errors import (
    ConfigError,
    DeadlineExceeded,
    EngineUnavailable,
    IndexDamaged,
    IndexIncompatible,
    IndexLocked,
    IndexMissing,
    IndexUntrusted,
    IndexUnusable,
    InvalidRequest,
    NotFound,
    NotSupported,
    SearchServiceError,
    SourceRefused,
    StorageFailed,
    StorageFull,
)
from search_service.explaining import ChunkExplained, Explanation, explain
from search_service.models import (
    Document,
    FacetValue,
    Filters,
    Hit,
    IndexInfo,
    MatchKind,
    Mode,
    Passage,
    QueryChunk,
    QueryInfo,
    QueryPart,
    Report,
    SearchResult,
    Section,
    Sort,
    Span,
    Synonym,
    YearRange,
)
from search_service.opening import build_index, open_index, restore_index
from search_service.parsing import Parsed, Uncertainty, Unchanged
from search_service.query import Reading
from search_service.requests import SearchRequest, make_filters
from search_service.service import BuildReport, SearchService

__all__ = [
    "BuildReport",
    "ChunkExplained",
    "ConfigError",
    "DeadlineExceeded",
    "Document",
    "EngineUnavailable",
    "Explanation",
    "FacetValue",
    "Filters",
    "Hit",
    "IndexDamaged",
    "IndexIncompatible",
    "IndexInfo",
    "IndexLocked",
    "IndexMissing",
    "IndexUntrusted",
    "IndexUnusable",
    "InvalidRequest",
    "MatchKind",
    "MatrixRow",
    "Mode",
    "NotFound",
    "NotSupported",
    "Parsed",
    "Passage",
    "QueryChunk",
    "QueryInfo",
    "QueryPart",
    "Reading",
    "Report",
    "SearchRequest",
    "SearchResult",
    "SearchService",
    "SearchServiceError",
    "Section",
    "Settings",
    "Sort",
    "SourceRefused",
    "Span",
    "StorageFailed",
    "StorageFull",
    "Suggestion",
    "Synonym",
    "Uncertainty",
    "Unchanged",
    "YearRange",
    "build_index",
    "explain",
    "load_settings",
    "make_filters",
    "open_index",
    "restore_index",
]
