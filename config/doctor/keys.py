"""Examines sealing keys, their files, sealed values, the pins inside them, and API tokens."""

from collections import Counter
from datetime import timedelta
from itertools import chain, islice

from django.conf import settings
from django.utils import timezone

from common.crypto import CannotOpen, get_key_ring
from common.reseal import left_to_reseal
from common.restore_pause import current_pause
from common.seal_check import SealCheck
from common.sealed_places import SealedRow, names_in_use, opened, sealed_places
from config import env
from config.doctor.finding import Finding, fine, problem, warning
from config.runtime import startup
from credentials_app import secrets
from credentials_app.models import Credential
from credentials_app.secrets import Reason
from registry.outcome import Outcome
from workspaces.tokens.life import living_tokens

SAMPLE = 100
UNUSED_FOR = timedelta(days=60)
OTHER_KEY = "Their key is not given: see the line of the keys first, then examine again."
AGAIN = "Open each of them in its workspace and enter the secret again."
RESTORE_ROWS = (
    "Somebody has changed or moved them in the database: bring the rows back from a backup, or "
    "enter the secrets again."
)


def examine_key_files(*, thorough: bool) -> Finding:
    """The files that hold keys and other secrets: only their owner may read them."""
    faults = list(startup.faults_of_secret_files())
    if faults:
        return problem(" ".join(faults), "Change owner and mode as the sentence says.")
    if settings.LOCKKEEPER_EMBEDDED and settings.KEY_FOLDER.exists():
        mode = settings.KEY_FOLDER.stat().st_mode
        if mode & 0o077:
            return problem(
                f"Others can enter the folder {settings.KEY_FOLDER}.",
                f"Run chmod 700 {settings.KEY_FOLDER}.",
            )
    if not env.secret_files:
        return fine("The settings name no file with a secret.")
    return fine(f"Only their owner can read the files of {', '.join(sorted(env.secret_files))}.")


def examine_keys(*, thorough: bool) -> Finding:
    """The sealing keys belong to this database, and no older one is left over."""
    for sentence in chain(startup.faults_of_keys(), startup.faults_of_database()):
        return problem(sentence, "Give every process the keys that the sentence names.")
    ring = get_key_ring()
    newest, others = ring.names[0], ", ".join(ring.names[1:])
    left = left_to_reseal(ring)
    if left and names_in_use() <= {*ring.names}:
        return warning(f"{left} values are sealed with an older key.", "Run manage.py reseal.")
    if left:
        return problem(
            f"{left} values are sealed with a key that is not given.",
            "Add the key to LOCKKEEPER_KEYS; without it they are lost.",
        )
    if others:
        return warning(
            f"The newest key {newest} has sealed everything; {others} is not needed.",
            "Take it away, and keep it apart as long as backups need it.",
        )
    return fine(f"The key {newest} belongs to this database and has sealed everything.")


def examine_tokens(*, thorough: bool) -> Finding:
    """No API token lives on that nobody uses."""
    now = timezone.now()
    living = living_tokens(now)
    long_ago = now - UNUSED_FOR
    unused = living.filter(created_at__lt=long_ago).exclude(used_at__gt=long_ago).count()
    if current_pause() is not None:
        return fine(f"{living.count()} API tokens wait until the pause after the restore ends.")
    if unused:
        return warning(
            f"{unused} of {living.count()} API tokens were not used for {UNUSED_FOR.days} days.",
            "Let their people or the admins of the workspaces revoke them, on the page API tokens.",
        )
    return fine(f"{living.count()} API tokens are alive, and none is forgotten.")


def examine_seals(*, thorough: bool) -> Finding:
    """Sealed values open: a sample of each column; without ``thorough`` the known texts only."""
    ring = get_key_ring()
    if not thorough:
        known = list(SealCheck.objects.filter(key_name__in=ring.names))
        if all(row.opens(ring) for row in known) and known:
            return fine("The known text of each key opens.")
        return problem("The known text of a key does not open.", "Run manage.py doctor.")
    return _opening(most=SAMPLE)


def examine_all_seals() -> Finding:
    """Every sealed value opens."""
    return _opening(most=None)


def _opening(*, most: int | None) -> Finding:
    """Open ``most`` of the values of each column, or all of them."""
    failed: Counter[str] = Counter()
    tried = 0
    for place in sealed_places():
        for row in islice(place.all_rows(), most):
            tried += 1
            failed[place.label] += not _opens(row)
    broken = ", ".join(f"{count} of {label}" for label, count in sorted(failed.items()) if count)
    if broken:
        has_all_keys = names_in_use() <= {*get_key_ring().names}
        advice = RESTORE_ROWS if has_all_keys else OTHER_KEY
        return problem(f"Of {tried} sealed values these do not open: {broken}.", advice)
    if not tried:
        return fine("Nothing is sealed yet.")
    what = f"All {tried} sealed values open" if most is None else f"A sample of {tried} opens"
    return fine(f"{what}.")


def _opens(row: SealedRow) -> bool:
    try:
        opened(row, get_key_ring())
    except CannotOpen:
        return False
    return True


def examine_pins(*, thorough: bool) -> Finding:
    """What decides who receives a secret is the same inside the seal and in the row."""
    mismatched = Credential.objects.filter(last_outcome=Outcome.SEALED_MISMATCH).count()
    if mismatched:
        return problem(
            f"{mismatched} credentials are not checked: their sealed values do not fit their rows.",
            AGAIN,
        )
    if not thorough:
        return fine("No check has found a sealed value that does not fit its row.")
    rows = list(Credential.objects.order_by("-secret_set_at", "pk")[:SAMPLE])
    astray = sum(not _fits(row) for row in rows)
    if astray:
        return problem(
            f"Of {len(rows)} credentials {astray} have columns that their seals contradict.", AGAIN
        )
    return fine(f"The seals of {len(rows)} credentials agree with their rows.")


def _fits(row: Credential) -> bool:
    try:
        content = secrets.open_secret(row, reason=Reason.EXAMINE)
    except CannotOpen:
        return False
    return secrets.fits(content, row, secrets.rule_of(row))
