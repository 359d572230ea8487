"""Tests of registry/transport/."""
