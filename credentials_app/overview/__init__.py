"""The overview of workspaces: what needs somebody now, what ends, what changed."""
