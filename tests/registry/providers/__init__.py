"""Tests of registry/providers/."""
