"""Starts, supervises and stops the processes."""
