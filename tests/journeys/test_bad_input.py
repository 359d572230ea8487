"""What bad input gets: a sentence where it belongs, the form as it was, never the password."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.test import Client
from pytest_django import Settings

from credentials_app import tasks
from credentials_app.models import Credential
from credentials_app.services.server_rules import set_rule
from registry.addresses.origins import Origin
from tests import cast
from tests.credentials_app import scenes
from tests.stand_ins.answers import page, plain
from tests.stand_ins.gitlab import GitLab
from tests.stand_ins.plain_registry import PlainRegistry
from workspaces.places import credentials_url

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "made-up-password-1"
GOOD = {
    "name": "build-pull",
    "provider": "generic",
    "username": "ci-reader",
    "secret": SECRET,
    "server": "registry.example.org",
    "need": "pull",
    "notes": "made-up notes that must not get lost",
}
BROKEN, TWICE, LONG = "made-up-pass\nword-one", SECRET * 2, "made-up-password-" * 61_681
AT_ITS_FIELD: dict[str, tuple[str, str, str]] = {
    "a token with a line break": ("secret", BROKEN, "There is a line break inside"),
    "a token pasted twice": ("secret", TWICE, "was pasted twice"),
    "a password of 1 MB": ("secret", LONG, "longer than any password"),
    "a name with spaces": ("name", "build pull", "There is a space in the name"),
    "a name that is taken": ("name", "Already-There", "choose another one"),
    "a server with a path": ("server", "registry.example.org/team", "Leave “/team” out"),
    "a server with user info": ("server", "https://bob@registry.example.org", "user name out"),
    "a server over http": ("server", "http://registry.example.org", "unencrypted"),
    "a server that is a number": ("server", "https://2130706433", "four plain numbers"),
}


@pytest.fixture
def browser_less() -> Client:
    """Alice's browser; what breaks is an answer with status 500, as in life."""
    cast.workspace()
    client = cast.client_for(cast.alice())
    client.raise_request_exception = False
    return client


def address(view: str, **kwargs: object) -> str:
    return credentials_url(cast.workspace(), view, **kwargs)


@pytest.mark.parametrize("act", ["add", "check"])
@pytest.mark.parametrize("what", AT_ITS_FIELD)
def test_it_is_told_at_its_field(browser_less: Client, what: str, act: str) -> None:
    field, typed, says = AT_ITS_FIELD[what]
    scenes.stored("already-there")
    sent = {**GOOD, field: typed, "act": act}
    answer = browser_less.post(address("add"), sent)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert says in _errors_at(field, text)
    assert Credential.objects.count() == 1
    for name, value in sent.items():
        if name in {"name", "username", "server"}:
            assert f'value="{value}"' in text, f"{name} got lost"
    assert GOOD["notes"] in text
    assert "made-up-pass" not in text


def _errors_at(field: str, text: str) -> str:
    """The sentences that stand at this field."""
    found = re.search(rf'<div id="id_{field}_error">(.*?)</div>', text, re.DOTALL)
    assert found, f"no error at {field}"
    return found[1]


def test_a_form_larger_than_any_is_refused_whole(browser_less: Client) -> None:
    sent = {**GOOD, "secret": "made-up-password-" * 200_000}
    answer = browser_less.post(address("add"), sent)
    assert answer.status_code == 413
    assert "This request is too large" in answer.content.decode()
    assert b"made-up-password" not in answer.content
    assert Credential.objects.count() == 0


def gitlabs_web_host(open_: ExitStack) -> str:
    return open_.enter_context(GitLab()).web_url


def no_registry(open_: ExitStack) -> str:
    return open_.enter_context(PlainRegistry({"/": page(404, "Made-up shop")})).url


def no_web_server(open_: ExitStack) -> str:
    return open_.enter_context(PlainRegistry({"/": plain(500, "made-up fault")})).url


def other_password(open_: ExitStack) -> str:
    people = {GOOD["username"]: "made-up-password-2"}
    return open_.enter_context(PlainRegistry.basic(people)).url


def nobody_there(_: ExitStack) -> str:
    return "https://registry.invalid"


def metadata(_: ExitStack) -> str:
    return "https://169.254.169.254"


def private(_: ExitStack) -> str:
    return "https://10.1.2.3"


Verdicts = dict[str, tuple[Callable[[ExitStack], str], str, str]]
IN_THE_VERDICT: Verdicts = {
    "an unknown host": (nobody_there, "Could not check", "The server's name is not known."),
    "no registry": (no_registry, "Wrong server", "There is no container registry at this address."),
    "a fault": (no_web_server, "Could not check", "The server answered with a fault of its own."),
    "GitLab's web host": (gitlabs_web_host, "Wrong server", "This is GitLab's web address"),
    "a wrong password": (other_password, "Refused", "refused the user name and password"),
    "a metadata address": (metadata, "Could not check", "This address must not be called"),
    "a private address": (private, "Could not check", "This address must not be called"),
}


@pytest.fixture
def open_(settings: Settings) -> Iterator[ExitStack]:
    settings.LOCKKEEPER_PRIVATE_NETWORKS = "127.0.0.0/8:*"
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize("what", IN_THE_VERDICT)
def test_it_is_told_in_the_verdict(browser_less: Client, open_: ExitStack, what: str) -> None:
    opened, word, says = IN_THE_VERDICT[what]
    server = opened(open_)
    if server.startswith("http://"):
        set_rule(scenes.seat(), Origin.parse(server), allow_http=True, ca_pem="")
    sent = browser_less.post(address("add"), {**GOOD, "server": server})
    stored = Credential.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, address("detail", pk=stored.pk))

    tasks.check_credential(stored.pk)
    answer = browser_less.get(address("detail", pk=stored.pk))
    text = _read(answer.content.decode())
    assert answer.status_code == 200
    assert word in text
    assert says in text
    assert SECRET not in text


def _read(page_text: str) -> str:
    """The words of a page as people read them."""
    return page_text.replace("&#x27;", "'").replace("&amp;", "&")
