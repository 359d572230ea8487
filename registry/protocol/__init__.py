"""Parsers: text from a registry goes in, values come out; nothing here opens a connection."""
