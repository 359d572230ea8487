"""Tests of credentials_app/services/."""
