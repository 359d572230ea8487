"""Tests of what is kept of credentials, and found out about them."""
