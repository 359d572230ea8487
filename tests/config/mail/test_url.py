"""EMAIL_URL: every way to a mail server, and what cannot be one."""

from typing import Any

import pytest

from config.mail.url import SMTP, BadMailUrl, settings_for

GOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("smtp://mail.example.org", {"EMAIL_HOST": "mail.example.org", "EMAIL_PORT": 25}),
    "a port": ("smtp://mail:1025", {"EMAIL_HOST": "mail", "EMAIL_PORT": 1025}),
    "STARTTLS": ("smtp+tls://mail.example.org", {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
    "TLS at once": ("smtp+ssl://mail.example.org", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True}),
    "an address in brackets": ("smtp://[::1]:25", {"EMAIL_HOST": "::1"}),
    "a slash at the end": ("smtp://mail.example.org/", {"EMAIL_HOST": "mail.example.org"}),
    "a login": (
        "smtp+tls://ada:made-up@mail.example.org:25",
        {"EMAIL_HOST_USER": "ada", "EMAIL_HOST_PASSWORD": "made-up", "EMAIL_PORT": 25},
    ),
    "an address as user name, and all kinds of characters": (
        "smtp+tls://ada%40example.org:a%2Fb%3Fc%23d%3Ae%25f%20g@mail.example.org",
        {"EMAIL_HOST_USER": "ada@example.org", "EMAIL_HOST_PASSWORD": "a/b?c#d:e%f g"},
    ),
}
BAD = {
    "no scheme": ("mail.example.org:25", "must begin with smtp://, smtp+tls://, smtp+ssl://"),
    "another scheme": ("https://mail.example.org", "must begin with"),
    "a scheme of two meanings": ("smtps://mail.example.org", "must begin with"),
    "no host": ("smtp://", "must be like smtp+tls://user:password@host:port"),
    "a port that is a word": ("smtp://mail.example.org:smtp", "must be like"),
    "a slash in the password": ("smtp://ada:made/up@mail.example.org", "special characters"),
    "a hash in the password": ("smtp://ada:made#up@mail.example.org", "special characters"),
    "a question mark in the password": ("smtp://ada:made?up@mail.example.org", "characters"),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_mail_server_is_read(case: str) -> None:
    url, expected = GOOD[case]
    found = settings_for(url)
    assert found["EMAIL_BACKEND"] == SMTP
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("case", BAD)
def test_what_is_none_is_refused_in_words_that_do_not_repeat_it(case: str) -> None:
    url, words = BAD[case]
    with pytest.raises(BadMailUrl) as refused:
        settings_for(url)
    assert words in str(refused.value)
    for part in ("made/up", "made#up", "made?up"):
        assert part not in str(refused.value)


def test_without_a_url_there_is_no_mail_server() -> None:
    assert settings_for("") == {}
