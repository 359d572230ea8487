"""Tests of registry/verdicts/."""
