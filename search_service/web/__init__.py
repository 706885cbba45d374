"""The search page and the reader.

Both are rendered on the server first, so they work without JavaScript. Scripts then
take over and use only the public JSON API.
"""

from __future__ import annotations

from search_service.web.pages import blueprint

__all__ = ["blueprint"]
