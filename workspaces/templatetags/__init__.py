"""Template tags and filters of the workspaces."""
