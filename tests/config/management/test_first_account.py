"""The first account of a container: from standard input, once."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from workspaces.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a made-up password"


def run(monkeypatch: pytest.MonkeyPatch, said: str, *words: str) -> str:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(said))
    call_command("first_account", *words, stdout=out)
    return out.getvalue()


def test_it_makes_an_administrator_who_can_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    words = run(monkeypatch, f"{PASSWORD}\n", "--email", "alice@example.org")
    person = User.objects.get()
    assert (person.email, person.is_staff) == ("alice@example.org", True)
    assert PASSWORD not in words
    assert Client().login(email="alice@example.org", password=PASSWORD)


def test_the_address_can_be_the_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, f"alice@example.org\n{PASSWORD}\n")
    assert User.objects.get().email == "alice@example.org"


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        pytest.param("alice", PASSWORD, "valid email", id="no address"),
        pytest.param("alice@example.org", "short", "at least 12", id="too short"),
        pytest.param("alice@example.org", "", "at least 12", id="nothing"),
        pytest.param("alice@example.org", "alice@example.org", "similar", id="the address"),
        pytest.param("alice@example.org", "1q2w3e4r5t6y", "common", id="a common one"),
    ],
)
def test_what_is_not_fit_is_refused(
    monkeypatch: pytest.MonkeyPatch, email: str, password: str, says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        run(monkeypatch, f"{password}\n", "--email", email)
    assert not User.objects.exists()


def test_there_is_no_second_first_account(monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, f"{PASSWORD}\n", "--email", "alice@example.org")
    with pytest.raises(CommandError, match="already"):
        run(monkeypatch, f"{PASSWORD}\n", "--email", "mallory@example.org")
