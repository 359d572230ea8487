"""Google Artifact Registry."""

from registry.providers.google.provider import PROVIDER

__all__ = ["PROVIDER"]
