"""GitLab's container registry."""

from registry.providers.gitlab.provider import PROVIDER

__all__ = ["PROVIDER"]
