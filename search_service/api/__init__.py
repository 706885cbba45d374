"""The HTTP API: a Flask application over one ``SearchService``."""

from search_service.api.app import create_app

__all__ = ["create_app"]
