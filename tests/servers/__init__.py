"""Real servers on free loopback ports, each ended by whoever started it."""
