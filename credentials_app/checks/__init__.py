"""One check of stored credentials: claim, prepare, ask the registry, record the result."""
