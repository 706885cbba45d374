"""What a file says: readers for every format, one outline and metadata detector for all."""

from search_service.parsing.cleaning import clean
from search_service.parsing.files import parse_bytes
from search_service.parsing.json_documents import report_from_json
from search_service.parsing.report import Parsed, Uncertainty, parse_text, unusable_id
from search_service.parsing.sources import Unchanged, read

__all__ = [
    "Parsed",
    "Uncertainty",
    "Unchanged",
    "clean",
    "parse_bytes",
    "parse_text",
    "read",
    "report_from_json",
    "unusable_id",
]
