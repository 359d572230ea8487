"""Tests of config/runtime/."""
