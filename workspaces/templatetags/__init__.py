"""What templates of the workspaces may call."""
