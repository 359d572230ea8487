"""Tests against hostile servers, names and addresses."""
