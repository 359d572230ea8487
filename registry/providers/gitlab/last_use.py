"""Reads when and from where a token was last used, out of the token API's answer. Pure.

What GitLab keeps (app/services/personal_access_tokens/last_used_service.rb, 17 to 19): the time of
a use, at most once in 10 minutes and before 16.1 once in 24 hours; the last 5 different addresses,
in some versions only where the feature flag `pat_ip` is on. Each call counts, the one that asks
too, and is noted before the answer is made. So the time is nearly always our own, and of an address
one sees that it was used, not when.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from registry.evidence import LastUse
from registry.protocol.json_reader import JsonReader

MOST_ADDRESSES = 10
LATEST = timedelta(minutes=15)
"""A time so far ahead of the answer's own `Date` is no time of a use."""
MOST_SKEW = timedelta(days=366)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def read_last_use(token: JsonReader, date: datetime | None, now: datetime) -> LastUse | None:
    """The last use that GitLab names; None if it names none that can be read. Never raises.

    ``date`` is the answer's `Date`, ``now`` our time (aware): a time of GitLab's clock becomes one
    of ours by the difference. Without a usable `Date` both clocks count as the same.
    """
    if "last_used_at" not in token.fields:
        return None
    addresses = _addresses(token) if isinstance(token.get("last_used_ips"), list) else None
    if token.get("last_used_at") is None:
        return LastUse(None, addresses)
    at, clock = _moment(token.text("last_used_at")), _clock(date, now)
    if at is None or not EARLIEST <= at <= clock + LATEST:
        return None
    return LastUse((at + (now - clock)).astimezone(UTC), addresses)


def _clock(date: datetime | None, now: datetime) -> datetime:
    return date if date is not None and abs(now - date) <= MOST_SKEW else now


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _addresses(token: JsonReader) -> tuple[str, ...]:
    """The first addresses of the list in their usual spelling, each once."""
    found = (_address(word) for word in token.words("last_used_ips"))
    return tuple(dict.fromkeys(text for text in found if text))[:MOST_ADDRESSES]


def _address(word: str) -> str:
    """The address in its usual spelling, an IPv4 one in IPv6 as IPv4; empty if it can be none."""
    try:
        address: IPv4Address | IPv6Address = ip_address(word)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return "" if address.is_unspecified or address.is_multicast else str(address)
