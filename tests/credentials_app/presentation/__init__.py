"""Tests of credentials_app/presentation/."""
