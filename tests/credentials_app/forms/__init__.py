"""Tests of credentials_app/forms/."""
