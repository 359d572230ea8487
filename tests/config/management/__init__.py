"""Tests of config/management/."""
