"""Backups: the format of the file, how it is made, and how it comes back."""
