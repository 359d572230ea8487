"""Notices: who gets which, when they are mailed, and that each is mailed once."""

from credentials_app.notices.delivery import delete_old_notices, mail_due_notices, waiting_people
from credentials_app.notices.new_addresses import announce_addresses
from credentials_app.notices.outages import update_outages
from credentials_app.notices.recipients import recipients_of
from credentials_app.notices.reminders import remind
from credentials_app.notices.status_changes import announce

__all__ = [
    "announce",
    "announce_addresses",
    "delete_old_notices",
    "mail_due_notices",
    "recipients_of",
    "remind",
    "update_outages",
    "waiting_people",
]
