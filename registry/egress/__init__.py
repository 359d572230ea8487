"""Which addresses, names and ports may be called. Pure."""
