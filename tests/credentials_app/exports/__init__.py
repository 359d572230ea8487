"""Tests of what leaves Lockkeeper."""
