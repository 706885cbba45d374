"""What a file says: readers for every format, one outline and metadata detector for all."""

from search_service.parsing.cleaning import clean
from search_service.parsing.report import Parsed, Uncertainty, parse_text

__all__ = ["Parsed", "Uncertainty", "clean", "parse_text"]
