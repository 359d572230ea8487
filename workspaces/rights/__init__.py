"""Roles, seats, refusals, and the functions that decide about access."""
