"""Tests of credentials_app/admin/."""
