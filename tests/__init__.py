"""The tests mirror the packages; `servers` holds the real servers that they start."""
