"""A process beside a reseal: fills the table, reads secrets, edits them, or compares them all."""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SERVER = "https://registry.example.org"


def fill(count: int, **_: Any) -> dict[str, str]:
    """Store so many credentials; gives what each holds."""
    from django.db import transaction

    from credentials_app.services import credentials
    from credentials_app.services.draft import Draft
    from registry.addresses.origins import Origin
    from registry.secret import Secret
    from tests import cast

    seat, made = cast.seat(cast.workspace()), {}
    with transaction.atomic():
        for number in range(count):
            secret = f"made-up-password-{number}-0"
            row = credentials.add_credential(
                seat,
                Draft(
                    name=f"deploy-{number}",
                    provider="generic",
                    server=Origin.parse(SERVER),
                    username="ci-robot",
                    secret=Secret(secret),
                ),
            )
            made[str(row.pk)] = secret
    return made


def read(stop: Path, seed: int, **_: Any) -> dict[str, int]:
    """Open random rows until the file is there; gives how many opened and how many did not."""
    from common.crypto import CannotOpen
    from credentials_app.models import Credential
    from credentials_app.secrets import Reason, open_secret

    choice, keys = random.Random(seed), list(Credential.objects.values_list("pk", flat=True))
    figures = {"read": 0, "failed": 0}
    while not stop.exists():
        row = Credential.objects.get(pk=choice.choice(keys))
        try:
            secret = open_secret(row, reason=Reason.CHECK).secret.reveal()
            figures["read" if secret.startswith("made-up-password-") else "failed"] += 1
        except CannotOpen:
            figures["failed"] += 1
        time.sleep(0.002)
    return figures


def edit(stop: Path, seed: int, editors: int, **_: Any) -> dict[str, str]:
    """Replace secrets of its share of the rows until the file is there; gives the last of each."""
    from credentials_app.models import Credential
    from credentials_app.services import replacement
    from credentials_app.services.replacement import NewSecret
    from registry.secret import Secret
    from tests import cast

    seat, choice, last = cast.seat(cast.workspace()), random.Random(seed), {}
    mine = [
        key
        for at, key in enumerate(Credential.objects.order_by("pk").values_list("pk", flat=True))
        if at % editors == seed
    ]
    edits = 0
    while not stop.exists():
        row = Credential.objects.get(pk=choice.choice(mine))
        edits += 1
        secret = f"made-up-password-{seed}-{edits}"
        replacement.replace_secret(seat, row, NewSecret(Secret(secret)))
        last[str(row.pk)] = secret
        time.sleep(0.3)
    return last


def compare(expected: dict[str, str], **_: Any) -> dict[str, int]:
    """Open every row: how many are right."""
    from common.crypto import CannotOpen
    from credentials_app.models import Credential
    from credentials_app.secrets import Reason, open_secret

    right = 0
    for row in Credential.objects.all():
        try:
            right += open_secret(row, reason=Reason.CHECK).secret.reveal() == expected[str(row.pk)]
        except CannotOpen:
            continue
    return {"right": right, "rows": len(expected)}


def main() -> None:
    """Read what to do from standard input; write the result as one line of JSON."""
    answers, sys.stdout = sys.stdout, sys.stderr
    given = json.loads(sys.stdin.readline())
    import django

    django.setup()
    roles: dict[str, Callable[..., dict[str, Any]]] = {
        "fill": fill, "read": read, "edit": edit, "compare": compare,
    }  # fmt: skip
    if "stop" in given:
        given["stop"] = Path(given["stop"])
    answers.write(json.dumps(roles[given.pop("role")](**given)) + "\n")


if __name__ == "__main__":
    main()
