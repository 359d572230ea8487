"""The identity providers that the operator set up, and the faults of their settings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.urls import reverse

from common.links import absolute
from registry.egress.allow_list import AllowListError, parse_allow_list
from registry.secret import Secret

WORD = re.compile(r"[a-z][a-z0-9-]{0,30}")
DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}")
TRUSTED = "trusted"


class ProviderKind(StrEnum):
    """What a provider speaks, and whose oddities it has."""

    OPENID = "openid"
    GITLAB = "gitlab"
    GOOGLE = "google"
    GITHUB = "github"


NAMES = {
    ProviderKind.GITLAB: "GitLab",
    ProviderKind.GOOGLE: "Google",
    ProviderKind.GITHUB: "GitHub",
}
ISSUERS = {
    ProviderKind.GITLAB: "https://gitlab.com",
    ProviderKind.GOOGLE: "https://accounts.google.com",
    ProviderKind.GITHUB: "https://github.com",
}


@dataclass(frozen=True)
class IdentityProvider:
    """One provider. ``word`` is its name in settings and addresses, ``name`` the one for people.

    ``domains``: who has a proven mail address there gets an account. ``brings_factor``: the
    operator trusts it to ask for a second factor. ``ca_pem`` are authorities of its own.
    """

    word: str
    kind: ProviderKind
    name: str
    issuer: str
    client_id: str
    client_secret: Secret
    domains: frozenset[str] = frozenset()
    brings_factor: bool = False
    ca_pem: str = ""

    @property
    def tells_time(self) -> bool:
        """True if it says when a person proved who they are (``auth_time``).

        GitHub has no id_token; Google knows neither ``max_age`` nor ``auth_time``:
        https://developers.google.com/identity/openid-connect/openid-connect
        """
        return self.kind not in {ProviderKind.GITHUB, ProviderKind.GOOGLE}

    @property
    def answer_url(self) -> str:
        """Where the provider sends the browser back (redirect URI)."""
        return absolute(reverse("workspaces:openid_answer", args=[self.word]))

    def takes(self, address: str) -> bool:
        """True if an account may be made for this proven mail address."""
        return address.rpartition("@")[2].lower() in self.domains


def providers() -> tuple[IdentityProvider, ...]:
    """All providers, in the order of the settings; one with faults is left out."""
    given: Mapping[str, Mapping[str, Any]] = settings.LOCKKEEPER_OPENID
    return tuple(_made(word, one) for word, one in given.items() if not any(_faults(word, one)))


def provider(word: str) -> IdentityProvider | None:
    """The provider of this word."""
    return next((each for each in providers() if each.word == word), None)


def openid_faults() -> Iterator[str]:
    """A sentence for each setting that cannot be used; none has a secret."""
    try:
        parse_allow_list(settings.LOCKKEEPER_OPENID_NETWORKS)
    except AllowListError as wrong:
        yield f"LOCKKEEPER_OPENID_NETWORKS has an invalid entry: {wrong}"
    for word, given in settings.LOCKKEEPER_OPENID.items():
        yield from _faults(word, given)
    issuers = [each.issuer for each in providers()]
    for twice in sorted({each for each in issuers if issuers.count(each) > 1}):
        yield f"Two providers of LOCKKEEPER_OPENID have the issuer {twice}: leave one out."


def _made(word: str, given: Mapping[str, Any]) -> IdentityProvider:
    kind = ProviderKind(given["kind"] or ProviderKind.OPENID)
    return IdentityProvider(
        word=word,
        kind=kind,
        name=given["name"] or NAMES.get(kind, word),
        issuer=(given["issuer"] or ISSUERS.get(kind, "")).rstrip("/"),
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        domains=frozenset(_words(given["domains"])),
        brings_factor=given["second_factor"] == TRUSTED,
        ca_pem=given["ca"],
    )


def _faults(word: str, given: Mapping[str, Any]) -> Iterator[str]:
    start = f"LOCKKEEPER_OPENID_{word.upper().replace('-', '_')}"
    if not WORD.fullmatch(word):
        yield (
            f"LOCKKEEPER_OPENID has {word!r}: a word is at most 31 small letters, digits and "
            "hyphens, and begins with a letter."
        )
        return
    if given["kind"] not in {"", *ProviderKind}:
        yield f"{start}_KIND must be one of {', '.join(ProviderKind)}, or be left out for openid."
    elif not _is_https(given["issuer"] or ISSUERS.get(given["kind"], "")):
        yield f"{start}_ISSUER must be the issuer's address, like https://login.example.org."
    if len(given["name"]) > 40:
        yield f"{start}_NAME must have at most 40 characters."
    for field in ("client_id", "client_secret"):
        if not given[field]:
            yield f"{start}_{field.upper()} is missing: the provider gave it to you."
    for domain in _words(given["domains"]):
        if not DOMAIN.fullmatch(domain):
            yield f"{start}_DOMAINS has {domain!r}, which is no domain like example.org."
    if given["second_factor"] not in {"", TRUSTED}:
        yield f"{start}_SECOND_FACTOR must be {TRUSTED}, or be left out."
    if given["ca"] and not _has_certificates(given["ca"]):
        yield f"{start}_CA must be one or more certificates (PEM), best in a file: {start}_CA_FILE."


def _words(text: str) -> list[str]:
    return text.lower().replace(",", " ").split()


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username) and port != 0
    return parts.scheme == "https" and bool(parts.hostname) and plain


def _has_certificates(pem: str) -> bool:
    try:
        return bool(x509.load_pem_x509_certificates(pem.encode()))
    except ValueError:
        return False
