"""Checks of stored credentials and trials: claim, prepare, ask the registry, record."""
