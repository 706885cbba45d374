"""What the words and the folded characters of a text are."""

from search_service.analysis.fold import FOLD_VERSION, Change, FoldedText, fold, joins_preceding
from search_service.analysis.readings import homophones
from search_service.analysis.segmenter import Segmenter

__all__ = [
    "FOLD_VERSION",
    "Change",
    "FoldedText",
    "Segmenter",
    "fold",
    "homophones",
    "joins_preceding",
]
