"""The benches start on a machine that has only what they say they need."""
