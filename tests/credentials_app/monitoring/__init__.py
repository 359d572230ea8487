"""Tests of credentials_app/monitoring/."""
