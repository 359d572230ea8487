"""What a container registry says about a login: the protocol, without Django."""
