"""How much of a file is read at most, so that no file exhausts the machine."""

MAX_FILE_BYTES = 64 * 2**20
"""Largest file, and largest line of a ``.jsonl``."""
MAX_PAGE_BYTES = 16 * 2**20
"""Largest web page."""
MAX_PAGE_ELEMENTS = 300_000
"""Most elements of a web page; a long report exported from Word has a tenth of them."""
MAX_EXPANDED_BYTES = 64 * 2**20
"""Most that the parts of one Word file may unpack to."""
MAX_STREAM_BYTES = 8 * 2**30
"""Most that one ``.jsonl.gz`` may unpack to."""
MAX_CHARACTERS = 20_000_000
"""Longest text of one report."""
MAX_LINES = 200_000
"""Most lines or paragraphs of one report: each takes far more time and memory than its bytes."""
MAX_PDF_PAGES = 1_000
MAX_PDF_SECONDS = 60
MAX_PDF_MEMORY = 2 * 2**30
"""Address space of the process that reads a PDF."""
MAX_ID = 200
"""Code points of a document's id."""
MAX_SHOWN = 80
"""Characters of the name of an unknown field that a refusal repeats."""
