"""Tests of credentials_app/access_report."""
