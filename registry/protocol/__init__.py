"""Parsers: they take text from a registry and return values; none opens a connection."""
