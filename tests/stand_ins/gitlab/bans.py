"""Failed logins per address, and the addresses that are banned for them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from tests.stand_ins.gitlab.flags import Ban


@dataclass
class Bans:
    """``failed`` counts every failed login ever, whether banning is on or not."""

    failed: Counter[str] = field(default_factory=Counter)
    recent: dict[str, list[datetime]] = field(default_factory=dict)
    until: dict[str, datetime] = field(default_factory=dict)

    def is_banned(self, ip: str, now: datetime) -> bool:
        return ip in self.until and now < self.until[ip]

    def fail(self, ip: str, now: datetime, ban: Ban | None) -> None:
        """Count a failure; the one that reaches the limit still gets its ordinary answer."""
        self.failed[ip] += 1
        if ban is None:
            return
        young = [at for at in self.recent.get(ip, ()) if now - at < ban.window]
        self.recent[ip] = [*young, now]
        if len(self.recent[ip]) >= ban.max_failures:
            self.until[ip] = now + ban.time
            self.recent.pop(ip)

    def succeed(self, ip: str) -> None:
        """Any successful login of the address resets its count."""
        self.recent.pop(ip, None)
