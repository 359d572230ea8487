"""The migrations of this application."""
