"""Parse a host and its port strictly; raises :class:`AddressError` for all other forms."""

import ipaddress
import re

import idna

from registry.words.message import Message

LABEL = re.compile(r"[a-z0-9-]{1,63}")
NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
QUAD = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}")
PORT = re.compile(r"[1-9][0-9]{0,4}")
MAX_NAME = 253


class AddressError(ValueError):
    """A text that is no address we accept. ``message`` tells a person why, and what to do.

    ``detail`` is a word of ours for a cause that the message does not name, or empty.
    """

    def __init__(self, key: str, detail: str = "") -> None:
        super().__init__(key)
        self.message = Message.of(key)
        self.detail = detail


def parse_authority(text: str, *, default_port: int) -> tuple[str, int]:
    """Split `host`, `host:port` or `[IPv6]:port` into canonical host and port.

    Returns IPv6 without brackets. A port is any number from 1 to 65535; the guard decides later
    whether we may call it, because that depends on the address behind the name. Raises
    :class:`AddressError`. Source: RFC 3986 section 3.2.
    """
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise AddressError("address_brackets")
        return _ipv6(host), _port(rest[1:]) if rest else default_port
    if text.count(":") > 1:
        raise AddressError("address_brackets")
    host, colon, port = text.partition(":")
    return normalize_host(host), _port(port) if colon else default_port


def normalize_host(text: str) -> str:
    """The canonical form of a name or a dotted quad: lower-case A-labels.

    Takes a DNS name (RFC 1123 section 2.1; international names by IDNA 2008 and UTS 46) or an
    IPv4 address of four plain decimal numbers. Raises :class:`AddressError` for all else, also for
    the other spellings of an address that a resolver accepts (`127.1`, `0x7f.1`, `2130706433`).
    """
    if not text:
        raise AddressError("address_no_host")
    host = text.lower() if text.isascii() else _to_ascii(text)
    if NUMERIC.fullmatch(host.rpartition(".")[2]):
        return _ipv4(host, typed=text)
    _refuse_bad_labels(host)
    return host


def is_address(host: str) -> bool:
    """True if a canonical host is an IP address and no name."""
    return ":" in host or QUAD.fullmatch(host) is not None


def unicode_form(host: str) -> str:
    """A canonical host with its A-labels as letters again, as its owner writes it."""
    if "xn--" not in host:
        return host
    try:
        return idna.decode(host)
    except idna.IDNAError:  # only for a host that never passed normalize_host
        return host


def _to_ascii(text: str) -> str:
    try:
        return idna.encode(text, strict=True, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        pass
    raise AddressError(_without_digits(text))


def _without_digits(text: str) -> str:
    """The cause of a failed conversion: an address in other digits, or no name at all."""
    plain = text.translate({0x3002: ".", 0xFF0E: ".", 0xFF61: "."})
    if all(part.isdigit() for part in plain.split(".")):
        return "address_disguised"
    return "address_idn"


def _ipv4(host: str, *, typed: str) -> str:
    if not typed.isascii():
        raise AddressError("address_disguised")
    if not QUAD.fullmatch(host) or any(int(part) > 255 for part in host.split(".")):
        raise AddressError("address_number")
    return host


def _ipv6(text: str) -> str:
    try:
        if "%" not in text:
            return ipaddress.IPv6Address(text).compressed
    except ValueError:
        pass
    raise AddressError("address_ipv6")


def _port(text: str) -> int:
    if not PORT.fullmatch(text) or int(text) > 65535:
        raise AddressError("address_port")
    return int(text)


def _refuse_bad_labels(host: str) -> None:
    labels = host.split(".")
    if host.endswith("."):
        raise AddressError("address_trailing_dot")
    if "" in labels:
        raise AddressError("address_empty_label")
    if len(host) > MAX_NAME or any(len(label) > 63 for label in labels):
        raise AddressError("address_name_long")
    if "_" in host:
        raise AddressError("address_underscore")
    if not all(LABEL.fullmatch(label) for label in labels):
        raise AddressError("address_letters")
    if any(label.startswith("-") or label.endswith("-") for label in labels):
        raise AddressError("address_hyphen")
    if not all(_is_sound_a_label(label) for label in labels if label.startswith("xn--")):
        raise AddressError("address_idn")


def _is_sound_a_label(label: str) -> bool:
    try:
        return idna.ulabel(label) != ""  # refuses what is not canonical, RFC 5891 section 5.3
    except (idna.IDNAError, UnicodeError):
        return False
