"""Judge which addresses, names and ports we may call. Pure."""
