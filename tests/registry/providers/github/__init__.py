"""Tests of registry/providers/github/."""
