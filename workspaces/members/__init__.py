"""People, their roles in a workspace, and invitations."""
