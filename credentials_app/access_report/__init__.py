"""Who can use a credential, who could on a day, and who did; the same of a workspace."""
