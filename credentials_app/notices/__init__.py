"""News for people: who hears what, when it is mailed, and that everybody hears it once."""

from credentials_app.notices.changes import announce
from credentials_app.notices.mailing import mail, waiting_people
from credentials_app.notices.readers import who_hears
from credentials_app.notices.reminders import remind

__all__ = ["announce", "mail", "remind", "waiting_people", "who_hears"]
