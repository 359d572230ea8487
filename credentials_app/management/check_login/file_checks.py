"""Checks the logins of a file one after the other, and stops where more refusals would do harm."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from credentials_app.management.check_login.output import CheckOutput
from credentials_app.pacing.rules import REFUSED
from registry.addresses.origins import Origin
from registry.evidence import StepName
from registry.login import AcceptAllProbe, Login
from registry.login_files.entry import Entry, FileLogin
from registry.outcome import Outcome
from registry.words.message import Message

#: The refused logins of one account, and of one registry, after which no other one is sent.
REFUSED_OF_ACCOUNT = 3
REFUSED_AT_REGISTRY = 10
WAITS = frozenset({Outcome.BANNED, Outcome.THROTTLED})

Ask = Callable[[Login], CheckOutput]


@dataclass(frozen=True)
class Row:
    """What is told of one entry: the result of its check, or else why there is none."""

    entry: Entry
    report: CheckOutput | None
    why: Message


def check_entries(
    entries: Iterable[Entry], ca_pem: str, probe: AcceptAllProbe, ask: Ask
) -> Iterator[Row]:
    """One row for each entry, in their order. A login that stands there twice is sent once, and a
    registry gets one made-up login at most.

    After three refused logins of one account, or ten of one registry, or where a registry asks to
    wait, its other logins are not sent.
    """
    run = _Run(ca_pem, probe, ask)
    for entry in entries:
        if entry.login is None:
            yield Row(entry, None, entry.why or Message.of("entry_no_secret"))
        else:
            yield run.row(entry, entry.login)


@dataclass
class _Run:
    ca_pem: str
    probe: AcceptAllProbe
    ask: Ask
    known: list[tuple[Login, CheckOutput]] = field(default_factory=list)
    refused: Counter[tuple[Origin, str]] = field(default_factory=Counter)
    waiting: set[Origin] = field(default_factory=set)
    probed: dict[Origin, AcceptAllProbe] = field(default_factory=dict)

    def row(self, entry: Entry, found: FileLogin) -> Row:
        origin = found.server.origin
        login = Login(
            origin,
            found.username,
            found.secret,
            http_allowed=not origin.is_https,
            ca_pem=self.ca_pem,
        )
        report = next((report for known, report in self.known if known == login), None)
        if report is None:
            if hindrance := self._hindrance(login):
                return Row(entry, None, hindrance)
            report = self._sent(login)
        return Row(entry, report, report.verdict.message)

    def _sent(self, login: Login) -> CheckOutput:
        report = self.ask(replace(login, probe=self.probed.get(login.server, self.probe)))
        self._note_probe(report)
        self.known.append((login, report))
        if report.verdict.outcome in REFUSED:
            self.refused[login.server, login.username] += 1
        if report.verdict.outcome in WAITS:
            self.waiting.add(login.server)
        return report

    def _note_probe(self, report: CheckOutput) -> None:
        """What the made-up login showed holds for the registry's other logins too."""
        if any(step.name is StepName.MADE_UP for step in report.evidence.steps):
            takes_all = report.evidence.facts.refuses_made_up is False
            self.probed.setdefault(
                report.server, AcceptAllProbe.KNOWN if takes_all else AcceptAllProbe.NONE
            )

    def _hindrance(self, login: Login) -> Message | None:
        if login.server in self.waiting:
            return Message.of("entry_server_waits")
        of_account = self.refused[login.server, login.username]
        at_registry = sum(n for (origin, _), n in self.refused.items() if origin == login.server)
        if of_account >= REFUSED_OF_ACCOUNT or at_registry >= REFUSED_AT_REGISTRY:
            count = str(max(of_account, at_registry))
            return Message.of("entry_refused_often", count=count)
        return None
