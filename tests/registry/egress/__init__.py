"""Tests of registry/egress/."""
