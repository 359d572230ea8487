"""The parts of the journey of sixty days: clock, people, registries, and the oracle."""
