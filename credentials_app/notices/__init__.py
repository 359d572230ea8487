"""News for people: who hears what, when it is mailed, and that everybody hears it once."""

from credentials_app.notices.changes import announce, owners_of, who_hears

__all__ = ["announce", "owners_of", "who_hears"]
