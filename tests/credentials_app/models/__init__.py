"""Tests of credentials_app/models/."""
