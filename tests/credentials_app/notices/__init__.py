"""Tests of credentials_app/notices/."""
