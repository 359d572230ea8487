"""How Django writes dates and numbers of itself: as our own pages do."""
