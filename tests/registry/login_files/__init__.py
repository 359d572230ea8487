"""Tests of registry/secret_kinds/."""
