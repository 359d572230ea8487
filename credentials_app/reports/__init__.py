"""The validation report: what it holds, who gets it when, and its mail."""
