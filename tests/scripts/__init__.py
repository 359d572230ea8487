"""What `make` does before there is anything to run."""
