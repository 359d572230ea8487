"""Pages of credentials: door, form, deed, answer."""
