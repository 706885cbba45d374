"""The embedded engine. Only modules in here import whoosh."""

from search_service.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine"]
