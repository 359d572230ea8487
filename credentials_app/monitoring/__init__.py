"""Detects that the checker has stopped, and mails the administrators."""
