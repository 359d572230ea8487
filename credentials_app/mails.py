"""The words of the mail about a status change, for one person."""

from django.utils.translation import gettext as _

from common.links import absolute
from common.models import OutgoingMail
from credentials_app.kept import read_verdict
from credentials_app.models import StatusChange
from credentials_app.status import SIGNS, Status, Tell
from credentials_app.words import words
from workspaces.access import url_for
from workspaces.mails import post
from workspaces.mails import words as mail_words
from workspaces.models import User


def status_changed(change: StatusChange, person: User) -> OutgoingMail:
    """Tell this person that a credential turned bad, or is good again. Once per change."""
    credential, sign = change.credential, SIGNS[Status(change.new)]
    verdict = read_verdict(change.run.verdict if change.run else None)
    path = url_for(credential.workspace, "detail", pk=credential.pk)
    subject = _subject(change)
    context = {
        "person": person,
        "credential": credential,
        "workspace": credential.workspace,
        "sign": sign,
        "is_good": change.tell == Tell.GOOD,
        "cause": words(verdict.message) if verdict else "",
        "advice": [words(each) for each in verdict.advice] if verdict else [],
        "at": change.at,
        "link": absolute(path),
    }
    key = f"status-change:{change.pk}:{person.pk}"
    said = mail_words("status_changed", subject, context, time_zone=person.time_zone)
    return post(to=person.email, words=said, dedupe_key=key)


def _subject(change: StatusChange) -> str:
    values = {"name": change.credential.name, "place": change.credential.workspace.label}
    if change.tell == Tell.GOOD:
        return _("%(name)s works again (%(place)s)") % values
    word = str(SIGNS[Status(change.new)].word).lower()
    return _("%(name)s: %(word)s (%(place)s)") % {**values, "word": word}
