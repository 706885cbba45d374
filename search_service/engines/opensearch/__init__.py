"""The cluster engine: the same plans, executed by OpenSearch."""

from search_service.engines.opensearch.engine import OpenSearchEngine

__all__ = ["OpenSearchEngine"]
