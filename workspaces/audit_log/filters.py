"""Which events of an audit log a reader asks for, read from the address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workspaces.models import AuditEvent

LONGEST = 200
DEEDS = "deeds"
# Kind, its words, and the beginnings of its actions.
KINDS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    DEEDS: (_("What people did"), ()),
    "secrets": (
        _("Secrets"),
        ("credentials:secret:", "credentials:credential:replace", "credentials:sign_in:",
         "credentials:trial:", "credentials:credential:move_in", "credentials:leaver:",
         "credentials:export:"),
    ),
    "credentials": (
        _("Credentials"),
        ("credentials:credential:", "credentials:tags:", "credentials:many:", "credentials:view:",
         "credentials:list:"),
    ),
    "checks": (
        _("Checks and status"),
        ("credentials:checks:", "credentials:checker:", "credentials:status:",
         "credentials:credential:check", "credentials:origin:", "credentials:address:"),
    ),
    "people": (
        _("People and roles"),
        ("workspaces:participant:", "workspaces:member:", "workspaces:invitation:",
         "workspaces:team:", "workspaces:team_role:"),
    ),
    "accounts": (_("Accounts and sign-ins"), ("accounts:",)),
    "tokens": (_("API tokens"), ("tokens:",)),
    "settings": (
        _("Places and settings"),
        ("workspaces:workspace:", "workspaces:organization:", "workspaces:sample:",
         "credentials:schedule:", "credentials:server_rule:"),
    ),
    "notices": (
        _("Notices, reports, mails"),
        ("credentials:notices:", "credentials:owners:", "notices:", "reports:", "mails:"),
    ),
    "refusals": (_("Denied requests"), ("access:",)),
    "instance": (_("Keys and backups"), ("instance:",)),
    "log": (_("The audit log itself"), ("audit:",)),
}  # fmt: skip
OUTCOMES: dict[str, str | Promise] = {
    "done": _("Done"),
    "denied": _("Denied"),
    "failed": _("Failed"),
}


@dataclass(frozen=True)
class Filter:
    """What a reader asks for; what is empty asks for everything."""

    q: str = ""
    who: str = ""
    what: str = ""
    which: str = ""
    where: str = ""
    since: str = ""
    until: str = ""
    outcome: str = ""
    errors: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        """Read the parameters. What cannot be read asks for everything, and is named."""
        names = [each.name for each in fields(cls) if each.name != "errors"]
        typed = {name: _text(query.get(name, "")) for name in names}
        errors = [words for name, words in _faults(typed) if typed.pop(name)]
        return cls(**typed, errors=tuple(errors))

    @property
    def is_on(self) -> bool:
        return self != Filter()

    @property
    def is_narrow(self) -> bool:
        """True if more than words to search for is asked."""
        return self != Filter(q=self.q)

    @property
    def parameters(self) -> dict[str, str]:
        """What is asked for, as parameters of the address."""
        names = [each.name for each in fields(self) if each.name != "errors"]
        return {name: value for name in names if (value := getattr(self, name))}

    def apply(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The events that fit."""
        found = events.filter(_contains(self.q, "actor_label", "target_label", "action", "address"))
        found = found.filter(_contains(self.who, "actor_label", "actor_type"))
        found = found.filter(_contains(self.where, "workspace_label"))
        if self.which:
            found = found.filter(Q(target_label__icontains=self.which) | Q(target_id=self.which))
        if self.what:
            found = found.filter(_of_kind(self.what))
        if self.outcome:
            found = found.filter(outcome=self.outcome)
        if self.since:
            found = found.filter(at__gte=_midnight(date.fromisoformat(self.since)))
        if self.until:
            day_after = date.fromisoformat(self.until) + timedelta(days=1)
            found = found.filter(at__lt=_midnight(day_after))
        return found


def _text(typed: str) -> str:
    return typed.replace("\0", "").strip()[:LONGEST]


def _faults(typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """The parameters that cannot be read, each with a sentence for people."""
    faults = []
    for name, label in (("since", gettext("From")), ("until", gettext("Until"))):
        if typed[name] and not _is_day(typed[name]):
            words = gettext("%(field)s: “%(typed)s” is no day. Write it as 2026-12-31.")
            faults.append((name, words % {"field": label, "typed": typed[name]}))
    if typed["outcome"] and typed["outcome"] not in OUTCOMES:
        faults.append(("outcome", gettext("Outcome: choose one of the list.")))
    if typed["what"] and typed["what"] not in KINDS and ":" not in typed["what"]:
        faults.append(("what", gettext("What: choose one of the list.")))
    return faults


def _is_day(text: str) -> bool:
    try:
        return date.min < date.fromisoformat(text) < date.max
    except ValueError:
        return False


def _contains(text: str, *columns: str) -> Q:
    """Every word of the text is in one of the columns."""
    found = Q()
    for word in text.split():
        found &= Q(*[(f"{column}__icontains", word) for column in columns], _connector=Q.OR)
    return found


def _of_kind(what: str) -> Q:
    """The actions of a kind or of people, or one action by its code."""
    if what == DEEDS:
        return Q(actor_type="person")
    if what not in KINDS:
        return Q(action=what)
    return Q(*[("action__startswith", start) for start in KINDS[what][1]], _connector=Q.OR)


def _midnight(day: date) -> datetime:
    """The beginning of a day by the reader's clock."""
    return timezone.make_aware(datetime.combine(day, time.min))
