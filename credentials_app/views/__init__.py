"""The pages of credentials."""
