"""What templates of the application may call."""
