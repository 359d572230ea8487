"""GitHub Container Registry."""

from registry.providers.github.provider import PROVIDER

__all__ = ["PROVIDER"]
