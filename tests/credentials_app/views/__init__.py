"""Tests of credentials_app/views/."""
