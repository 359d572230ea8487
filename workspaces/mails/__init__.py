"""Mails about people and workspaces, and the state of the outbox for administrators."""
