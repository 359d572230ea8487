"""Parse the servers that people type and the realms that registries name into origins."""
