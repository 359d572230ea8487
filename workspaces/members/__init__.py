"""Who takes part: people, their roles in a workspace, invitations."""
