"""`check_login` beside `skopeo login`, at Debian's docker-registry: where skopeo can tell, both
say the same; where they must not, the row says why."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.outcome import Outcome
from tests.journeys.agreement import assert_agreed
from tests.journeys.command import check_login
from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.process import closed
from tests.servers.skopeo import Person, Said, log_in, may_pull, push
from tests.servers.tls import certificate
from tests.stand_ins.answers import page
from tests.stand_ins.gitlab import GitLab

pytestmark = pytest.mark.one_database

ANNA = Person("anna", "made-up-password-1")
WRONG = Person("anna", "made-up-wrong-password")
PEOPLE = {
    ANNA.name: ANNA.password,
    "änne": "geheimé Größe",
    "edge": " made up ",
    "colon": "made:up:password",
    "made up": "made-up-password-2",
    "signs": "\"'$`\\%&<>=+/@#?;,|~^{}[]()*!",
    "keys": "🔑🗝",
    "bcrypt": "".join(f"{number:02}" for number in range(36)),
    "tab": "made\tup",
    "double": "twice-twice-twice-twice-",
}
HTTP = ("--tls-verify=false",)


@dataclass(frozen=True)
class Places:
    """Where the two log in, by name; ``authority`` is the PEM file of the one with TLS."""

    netlocs: dict[str, str]
    authority: Path


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("registries")
    tls = certificate(folder)
    (folder / "certs").mkdir()
    (folder / "certs" / "ca.crt").write_text(tls.authority_pem)
    with (
        registry(folder, htpasswd=PEOPLE) as plain,
        registry(folder, htpasswd=PEOPLE, tls=tls) as secure,
        registry(folder) as open_to_all,
        registry(folder, htpasswd=PEOPLE) as stopped,
        GitLab() as web,
        GitLab() as pages,
    ):
        stopped.program.stop()
        web.state.add_user(ANNA.name, ANNA.password)
        pages.state.flags.instead = {"registry": page(), "/v2/": page(404)}
        running: dict[str, RunningRegistry] = {
            "passwords": plain,
            "tls": secure,
            "open": open_to_all,
            "stopped": stopped,
        }
        netlocs = {name: one.netloc for name, one in running.items()}
        netlocs |= {
            "unknown name": "registry.made-up.invalid",
            "web host": web.web_url.partition("//")[2],
            "a page": pages.registry_url.partition("//")[2],
            "not found": pages.web_url.partition("//")[2],
        }
        with closed(stopped.port):
            yield Places(netlocs, folder / "certs" / "ca.crt")


@dataclass(frozen=True)
class Row:
    """One login at one place. ``ours`` None: it is refused as wrong usage.

    ``differs`` says why the two must not say the same.
    """

    place: str
    person: Person
    skopeo: Said
    ours: Outcome | None
    differs: str = ""
    scheme: str = "http"
    skopeo_words: tuple[str, ...] = HTTP
    trusts: bool = False
    repository: str = ""


def good(name: str, password: str = "") -> Row:
    person = Person(name, password or PEOPLE[name])
    return Row("passwords", person, Said.YES, Outcome.VALID)


def bad(name: str, password: str) -> Row:
    return Row("passwords", Person(name, password), Said.REFUSED, Outcome.REJECTED)


def over_tls(person: Person, skopeo: Said, ours: Outcome, **rest: object) -> Row:
    return Row("tls", person, skopeo, ours, scheme="https", **rest)  # type: ignore[arg-type]


def only_skopeo_sends(person: Person, why: str) -> Row:
    return Row("passwords", person, Said.YES, None, why)


SLIP = "what is nearly always a slip of a hand is refused before anything is sent"
ROWS = {
    "good": good("anna"),
    "good, with the end of a line": good("anna", f"{ANNA.password}\n"),
    "good, with the end of a line as on Windows": good("anna", f"{ANNA.password}\r\n"),
    "letters beyond ASCII in both": good("änne"),
    "spaces at both edges": good("edge"),
    "colons in the password": good("colon"),
    "a space in the user name": good("made up"),
    "every sign of a shell": good("signs"),
    "signs beyond the first plane": good("keys"),
    "as long as bcrypt reads": good("bcrypt"),
    "longer than bcrypt reads": good("bcrypt", PEOPLE["bcrypt"] + "and more"),
    "wrong": bad("anna", WRONG.password),
    "wrong, of one letter": bad("anna", "ß"),
    "wrong, beyond ASCII": bad("anna", "fälsch"),
    "wrong case": bad("anna", ANNA.password.upper()),
    "wrong, its letters are composed otherwise": bad("änne", "geheime\u0301 Gro\u0308ße"),
    "wrong, its edges are gone": bad("edge", "made up"),
    "wrong user": bad("nobody", ANNA.password),
    "wrong case of the user": bad("ANNA", ANNA.password),
    "another's password": bad("colon", ANNA.password),
    "no password": Row("passwords", Person("anna", ""), Said.WRONG_USAGE, None),
    "a colon in the user name": only_skopeo_sends(
        Person("colon:made", "up:password"),
        "no user name can hold a colon (RFC 7617): what arrives is another pair",
    ),
    "a tab in the password": only_skopeo_sends(Person("tab", PEOPLE["tab"]), SLIP),
    "a password that stands there twice": Row(
        "passwords", Person("double", PEOPLE["double"]), Said.YES, Outcome.VALID
    ),
    "named authority": over_tls(
        ANNA, Said.YES, Outcome.VALID, skopeo_words=("--cert-dir",), trusts=True
    ),
    "named authority, wrong": over_tls(
        WRONG, Said.REFUSED, Outcome.REJECTED, skopeo_words=("--cert-dir",), trusts=True
    ),
    "unknown authority": over_tls(ANNA, Said.NO_CONNECTION, Outcome.TLS_FAILED, skopeo_words=()),
    "unknown authority, not looked at": over_tls(
        ANNA, Said.YES, Outcome.TLS_FAILED, differs="no password goes to an unproved server"
    ),
    "http asked where https is spoken": Row(
        "tls",
        ANNA,
        Said.YES,
        Outcome.BROKEN_ANSWER,
        "skopeo tries https first without looking at the certificate",
    ),
    "https asked where http is spoken": Row(
        "passwords",
        ANNA,
        Said.NO_CONNECTION,
        Outcome.TLS_FAILED,
        scheme="https",
        skopeo_words=(),
    ),
    "stopped": Row("stopped", ANNA, Said.NO_CONNECTION, Outcome.UNREACHABLE),
    "unknown name": Row(
        "unknown name",
        ANNA,
        Said.NO_CONNECTION,
        Outcome.UNREACHABLE,
        scheme="https",
        skopeo_words=(),
    ),
    "open to all": Row(
        "open", WRONG, Said.YES, Outcome.UNPROVED, "skopeo never sends it: nothing was proved"
    ),
    "open to all, of a repository": Row(
        "open",
        WRONG,
        Said.YES,
        Outcome.UNPROVED,
        "skopeo never sends it: nothing was proved",
        repository="team/app",
    ),
    "no registry, a page": Row(
        "a page", WRONG, Said.YES, Outcome.WRONG_SERVER, "skopeo takes any 200 for a registry's"
    ),
    "no registry, not found": Row("not found", ANNA, Said.CANNOT_TELL, Outcome.WRONG_SERVER),
    "GitLab's web address": Row(
        "web host",
        ANNA,
        Said.YES,
        Outcome.WRONG_SERVER,
        "its dependency proxy takes the login, and is not where images are",
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_two_agree_or_the_row_says_why(places: Places, tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    netloc = places.netlocs[row.place]
    words = [
        f"{word}={places.authority.parent}" if word == "--cert-dir" else word
        for word in row.skopeo_words
    ]
    said = log_in(netloc, tmp_path, row.person, *words)
    told = check_login(
        f"{row.scheme}://{netloc}",
        row.person.name,
        row.person.password,
        *(("--ca-file", str(places.authority)) if row.trusts else ()),
        *(("--repository", row.repository) if row.repository else ()),
    )
    ours = Outcome(told.json["outcome"]) if told.status != 64 else None
    assert (said, ours) == (row.skopeo, row.ours), told
    assert_agreed(said, ours, row.differs)


@pytest.mark.parametrize("person", [ANNA, WRONG], ids=["good", "wrong"])
def test_who_may_pull_is_valid_for_the_repository(tmp_path: Path, person: Person) -> None:
    with registry(tmp_path, htpasswd=PEOPLE) as running:
        push(running, tmp_path, "team/app", person=ANNA)
        pulls = may_pull(running, tmp_path, "team/app", person=person)
        told = check_login(
            running.url, person.name, person.password, "--repository", "team/app"
        ).json
    assert told["outcome"] == (Outcome.VALID if pulls else Outcome.REJECTED)
    assert told["held"] == (["pull"] if pulls else None)
