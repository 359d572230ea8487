"""Check a login at a container registry: the protocol, without Django."""
