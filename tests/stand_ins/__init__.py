"""Registries that cannot be run here, played on real loopback ports."""
