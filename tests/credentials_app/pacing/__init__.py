"""Tests of credentials_app/pacing/."""
