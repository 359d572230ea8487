"""Tests of registry/addresses/."""
