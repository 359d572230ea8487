"""Tests of config/web/."""
