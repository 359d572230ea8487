"""Examines settings, the proxy in front, and the certificates that operators and people gave."""

import os
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.utils import timezone

from config.doctor.finding import Finding, fine, problem, warning
from config.runtime import startup
from config.web.security_headers import HTTPS, LOOPBACK
from credentials_app.models import ServerRule
from registry.certificate import UNREADABLE

ENDS_SOON = timedelta(days=30)
SHOWN = 3


def examine_settings(*, thorough: bool) -> Finding:
    """Every setting can be read and is safe."""
    faults = list(startup.faults_of_settings())
    if faults:
        return problem(" ".join(faults), "Change the settings that are named.")
    if settings.ALLOW_MISSING_KEYS:
        return warning(
            "ALLOW_MISSING_KEYS is on: a wrong key would go unnoticed.",
            "Remove it when the lost secrets are entered again.",
        )
    if settings.DEBUG:
        return warning("DEBUG is on.", "Remove it before other people use this.")
    return fine(f"The settings are sound; people open {settings.SITE_URL}.")


def examine_proxy(*, thorough: bool) -> Finding:
    """The proxies in front are counted, so that addresses and https are believed rightly."""
    count = settings.TRUSTED_PROXY_COUNT
    if HTTPS and not LOOPBACK and count == 0:
        return warning(
            "SITE_URL is https, and TRUSTED_PROXY_COUNT is 0: behind a proxy each page would "
            "redirect to itself, and all people would have one address.",
            "Set it to the number of proxies in front.",
        )
    if count and not HTTPS:
        return warning(
            f"TRUSTED_PROXY_COUNT is {count}, and SITE_URL is not https.",
            "Set it to 0 unless a proxy is in front: clients could choose their address.",
        )
    checks = " Checks go through LOCKKEEPER_PROXY." if settings.LOCKKEEPER_PROXY else ""
    proxies = {0: "No proxy in front is", 1: "One proxy in front is"}
    return fine(f"{proxies.get(count, f'{count} proxies in front are')} trusted.{checks}")


def examine_certificates(*, thorough: bool) -> Finding:
    """The private authorities of server rules, and the file of authorities of this machine."""
    named = os.environ.get("SSL_CERT_FILE", "")
    if named and not Path(named).is_file():
        return problem(f"SSL_CERT_FILE names {named}, which is no file.", "Name one that exists.")
    now = timezone.now()
    over, soon, count = [], [], 0
    for origin, pem in ServerRule.objects.exclude(ca_pem="").values_list("origin", "ca_pem"):
        try:
            ends = [each.not_valid_after_utc for each in _certificates_in(pem)]
        except UNREADABLE:
            ends = [now]
        count += len(ends)
        if min(ends, default=now) <= now:
            over.append(origin)
        elif min(ends) <= now + ENDS_SOON:
            soon.append(origin)
    advice = "An owner or admin of the workspace replaces it at its server rule."
    if over:
        return problem(f"A private authority has ended for {_listed(over)}.", advice)
    if soon:
        return warning(f"A private authority ends within 30 days for {_listed(soon)}.", advice)
    if not count:
        return fine("No server rule has a private authority.")
    return fine(f"{count} private authorities of server rules are valid for 30 days or more.")


def _certificates_in(pem: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem.encode())


def _listed(origins: list[str]) -> str:
    found = sorted({*origins})
    more = len(found) - SHOWN
    return ", ".join(found[:SHOWN]) + (f" and {more} more" if more > 0 else "")
