"""What a secret tells by its shape alone: its kind, damage from pasting, its end."""
