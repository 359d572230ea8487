"""Rules that recognize an answer and say what it decides: general ones, and our own findings."""
