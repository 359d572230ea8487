"""Tests of registry/protocol/."""
