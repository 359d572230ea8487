"""Tests of registry/providers/google/."""
