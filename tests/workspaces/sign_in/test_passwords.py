"""Passwords that are easy to guess are refused with the reason; a few words are enough."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests import cast
from workspaces.models import User

pytestmark = pytest.mark.django_db
WEAK = [
    ("123456789012", "passwords"),
    ("lockkeeper12", "a word of this place"),
    ("passwordpassword", "repeats itself"),
    ("Password1234!", "easy to guess"),
    ("adminadminadmin", "repeats itself"),
    ("docker123456", "easy to guess"),
    ("welcome12345", "passwords"),
    ("abcdefghijkl", "a row such as abc"),
    ("iloveyou1234", "passwords"),
    ("qwertyuiopas", "easy to guess"),
    ("[poiuytrewq]", "its keys are neighbors on the keyboard"),
    ("1q2w3e4r5t6y", "easy to guess"),
    ("P@ssw0rd2026", "easy to guess"),
    ("aaaaaaaaaaaaaaaa", "repeats itself"),
    ("Winterthur2026", "easy to guess"),
    ("acme-platform1", "easy to guess"),
    ("lockkeeper-password-1", "a word of this place"),
    ("docker registry admin", "a word of this place"),
    ("Liddell acme Winterthur 12", "a word of this place"),
    ("alice.example.org", "too similar to the"),
    ("Alice-Liddell", "too similar to the name"),
]


def alice() -> User:
    place = cast.organization("acme-platform", owner=cast.person(name="Alice Liddell"))
    place.name = "Winterthur"
    place.save(update_fields=["name"])
    return cast.alice()


@pytest.mark.parametrize(("password", "reason"), WEAK)
def test_what_is_guessed_first_is_refused(password: str, reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, alice())
    said = " ".join(refused.value.messages)
    assert reason in said
    assert password not in said


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "kettle brown ladder",
        "lockkeeper kettle brown ladder",
        cast.PASSWORD,
        "tR4#kq9Lw2!zPm",
        "пять зелёных чайников",
        "x" * 5 + "kettle brown ladder" * 5,
    ],
)
def test_a_few_words_or_much_chance_are_enough(password: str) -> None:
    validate_password(password, alice())
    assert 12 <= len(password) <= 128


def test_a_word_of_somebody_elses_organization_is_no_reason() -> None:
    alice()
    validate_password("Winterthur-kettle-ladder", cast.mallory())
    validate_password("Winterthur-kettle-ladder", User(email="new@example.net", name="New"))
    assert not cast.mallory().memberships.exists()


@pytest.mark.parametrize("odd", ["", "\0" * 12, "\ud800" * 12, "🔑" * 12, " " * 20, "İ" * 80])
def test_odd_passwords_are_refused_and_no_fault(odd: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(odd, alice())


def test_the_page_shows_the_reason_and_changes_nothing() -> None:
    browser = cast.client_for(cast.alice())
    weak = "qwertyuiopas"
    said = {"oldpassword": cast.PASSWORD, "password1": weak, "password2": weak}
    page = browser.post("/account/password/change/", said).content.decode()
    assert "This password is easy to guess: it is like one of" in page
    assert cast.alice().check_password(cast.PASSWORD)
