"""Who had access to a workspace when, replayed from the audit log."""
