"""API tokens of people: their text, what they may do, their life, and their verification."""
