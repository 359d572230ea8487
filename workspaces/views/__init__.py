"""The pages of people and places: door, form, deed, answer."""
