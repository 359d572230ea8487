"""What leaves Lockkeeper: which credential an image gets, files for other programs, fetches."""
