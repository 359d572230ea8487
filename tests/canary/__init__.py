"""Secrets that sing: they are added through the form and looked for everywhere else."""
