"""What the user asked: text → chunks → a small tree.

Grammar (full-width forms of the signs work too)::

    query   = branch { ("OR" | "|") branch }      AND binds tighter than OR
    branch  = item { item }
    item    = [ "-" ] ( "(" query ")" | quoted | text )

A sign means something only where it stands at the border of white space: a string
without white space is always one chunk, unless it starts with ``-`` or is quoted
as a whole. So a piece of a report that happens to hold quotation marks, brackets or
hyphens (``（五）突出“源头”治理``) is searched as it stands. What does not parse is searched
as text, with a warning.

``parse`` gives the tree of chunks; ``plan`` lowers it to what engines execute.
"""

from search_service.query.plans import (
    NOTHING,
    SENTENCE_SHARE,
    AllOf,
    AllWords,
    AnyOf,
    Expression,
    Literal,
    OfYear,
    Plan,
    SomeWords,
    as_text,
    counted_literals,
    only_excludes,
    plan,
    relax,
)
from search_service.query.reader import (
    MAX_DEPTH,
    parse,
)
from search_service.query.reading import Reading
from search_service.query.tree import (
    And,
    Chunk,
    Node,
    Not,
    Or,
    ParsedQuery,
    Part,
)

__all__ = [
    "MAX_DEPTH",
    "NOTHING",
    "SENTENCE_SHARE",
    "AllOf",
    "AllWords",
    "And",
    "AnyOf",
    "Chunk",
    "Expression",
    "Literal",
    "Node",
    "Not",
    "OfYear",
    "Or",
    "ParsedQuery",
    "Part",
    "Plan",
    "Reading",
    "SomeWords",
    "as_text",
    "counted_literals",
    "only_excludes",
    "parse",
    "plan",
    "relax",
]
