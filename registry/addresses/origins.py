"""The origin of a server: scheme, host and port, which we store, compare and dial."""

from dataclasses import dataclass
from typing import Self

from registry.addresses.hosts import AddressError, parse_authority, unicode_form

DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, order=True)
class Origin:
    """The scheme, host and port of a server (RFC 6454).

    ``host`` is canonical: lower-case A-labels, a dotted quad, or IPv6 without brackets.
    """

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of ``str(origin)``; any other text raises :class:`AddressError`."""
        scheme, separator, authority = text.partition("://")
        if separator and scheme in DEFAULT_PORTS:
            host, port = parse_authority(authority, default_port=DEFAULT_PORTS[scheme])
            origin = cls(scheme, host, port)
            if str(origin) == text:
                return origin
        raise AddressError("address_origin")

    @property
    def is_https(self) -> bool:
        """True if its connections are encrypted."""
        return self.scheme == "https"

    @property
    def netloc(self) -> str:
        """`host`, or `host:port` when the port is not the scheme's own; IPv6 in brackets."""
        return self._with_port(f"[{self.host}]" if ":" in self.host else self.host)

    @property
    def display(self) -> str:
        """The text for people: Docker Hub as `docker.io`, an international name in both forms."""
        if self == DOCKER_HUB:
            return "docker.io"
        prefix = "" if self.is_https else "http://"
        letters = unicode_form(self.host)
        if letters == self.host:
            return prefix + self.netloc
        return f"{prefix}{self._with_port(letters)} ({self.netloc})"

    def _with_port(self, host: str) -> str:
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


DOCKER_HUB = Origin("https", "registry-1.docker.io", 443)
# Docker's own names for one registry: its CLI stores logins under index.docker.io/v1/.
DOCKER_HUB_NAMES = frozenset(
    {
        "docker.io",
        "docker.com",
        "www.docker.com",
        "registry.docker.io",
        "app.docker.com",
        "index.docker.io",
        "registry-1.docker.io",
        "registry.hub.docker.com",
        "hub.docker.com",
    }
)
