"""The admin audit: what administrators and auditors read of people and places."""
