"""Tests of registry/rules/."""
