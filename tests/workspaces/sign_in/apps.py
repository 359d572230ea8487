"""The other side of a second factor: what an authenticator app does, and people who have one."""

import hmac
import struct
import time
from base64 import b32decode

from tests import cast
from workspaces.models import User
from workspaces.sign_in import factors, totp


def code_of(seed: str, *, steps: int = 0, at: float | None = None) -> str:
    """The code that an app shows now, or so many steps of 30 seconds later (RFC 6238)."""
    step = int(time.time() if at is None else at) // 30 + steps
    digest = hmac.digest(b32decode(seed), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 15
    value = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{value % 10**6:06}"


def give_app(person: User) -> tuple[str, list[str]]:
    """Give somebody an app long ago; its seed and the recovery codes."""
    seed = totp.new_seed()
    codes = factors.add_app(person, seed=seed, step=0, caller=cast.CALLER)
    return seed, codes
