"""What the shape of a secret shows: its kind, damage from pasting, its end. Pure."""
