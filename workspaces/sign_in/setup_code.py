"""The one-time code of the set-up page: whoever started the product reads it in the terminal."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from workspaces.models import User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, LENGTH = 4, 5


def is_needed() -> bool:
    """Only an instance without any account is set up."""
    return not User.objects.exists()


def issue() -> str:
    """A new code; an older one no longer works. Its hash is all that is kept."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS)]
    code = "-".join(groups)
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_suffix(".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(_hash(code))
    half.replace(place)
    return code


def use(code: str) -> bool:
    """Use the code up, if it is the right one; of two who come at once one is told no.

    Blanks, hyphens and capitals don't matter.
    """
    try:
        if not hmac.compare_digest(_place().read_text(), _hash(code)):
            return False
        _place().unlink()
    except OSError:
        return False
    return True


def _place() -> Path:
    return Path(settings.LOCKKEEPER_DATA) / "set_up_code"


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
