"""News for people: who hears what, when it is mailed, and that everybody hears it once."""

from credentials_app.notices.changes import announce
from credentials_app.notices.forgetting import delete_old
from credentials_app.notices.mailing import mail, waiting_people
from credentials_app.notices.outages import note_outages
from credentials_app.notices.readers import who_hears
from credentials_app.notices.reminders import remind

__all__ = [
    "announce",
    "delete_old",
    "mail",
    "note_outages",
    "remind",
    "waiting_people",
    "who_hears",
]
