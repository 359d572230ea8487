"""Examines an instance: each examination gives one finding, with what to do about it."""
