"""One module per resource."""

from search_service.api.views import (
    admin,
    counts,
    documents,
    explain,
    export,
    health,
    reference,
    search,
    suggest,
)

READING = (
    search.blueprint,
    documents.blueprint,
    suggest.blueprint,
    counts.blueprint,
    explain.blueprint,
    export.blueprint,
)
"""Blueprints under /api/v1 that need no key."""

CHANGING = admin.blueprint
"""The blueprint under /api/v1 that needs the admin key."""

OPERATING = (health.blueprint, reference.blueprint)
"""Blueprints beside the API."""
