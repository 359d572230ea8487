"""The parts of a journey of sixty days: its clock, its people, its registries, and the oracle."""
