"""News for people: who hears what, when it is mailed, and that everybody hears it once."""

from credentials_app.notices.delivery import delete_old_notices, mail_due_notices, waiting_people
from credentials_app.notices.outages import update_outages
from credentials_app.notices.recipients import who_hears
from credentials_app.notices.reminders import remind
from credentials_app.notices.status_changes import announce

__all__ = [
    "announce",
    "delete_old_notices",
    "mail_due_notices",
    "remind",
    "update_outages",
    "waiting_people",
    "who_hears",
]
