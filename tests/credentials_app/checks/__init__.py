"""Tests of credentials_app/checks/."""
