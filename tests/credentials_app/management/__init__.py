"""Tests of credentials_app/management/."""
