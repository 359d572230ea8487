"""The one-time code of the set-up page; ``manage.py up`` prints it in the terminal."""

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
    """True if the instance has no account yet."""
    return not User.objects.exists()


def issue() -> str:
    """Make a new code, which replaces an older one. Only its hash is stored."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS)]
    code = "-".join(groups)
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(_hash(code))
    unfinished.replace(file)
    return code


def fits(code: str) -> bool:
    """True if the code is correct; it stays. Blanks, hyphens and capitals are ignored."""
    try:
        return hmac.compare_digest(_file().read_text(), _hash(code))
    except OSError:
        return False


def use(code: str) -> bool:
    """Consume the code. True if it is correct; of two requests at once only one gets True."""
    if not fits(code):
        return False
    try:
        _file().unlink()
    except OSError:
        return False
    return True


def _file() -> Path:
    return Path(settings.LOCKKEEPER_DATA) / "set_up_code"


def _hash(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
