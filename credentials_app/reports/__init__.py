"""The validation report: its contents, its recipients, its times and its mail."""
