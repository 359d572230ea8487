"""Processes: how they start, are supervised, and end."""
