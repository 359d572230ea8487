"""Docker Hub."""

from registry.providers.docker_hub.provider import PROVIDER

__all__ = ["PROVIDER"]
