"""Before anything runs: is what the operator gave safe to run with? If not, one plain sentence."""

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from common import seal_check
from common.crypto import BadKey, get_key_ring
from config import env
from config.runtime.process import keep_memory_private
from config.web.security_headers import LOOPBACK
from credentials_app.checks import network
from credentials_app.schedule import is_polite

TABLE = "common_sealcheck"
# What needs no keys: the answers to questions, the making of keys, the check that keeps nothing,
# and what is done to the code before there is a place to run it.
EXEMPT = frozenset(
    {"help", "version", "check_login", "make_key", "up", "collectstatic", "makemigrations"}
)
ASKS_FOR_HELP = frozenset({"--help", "-h", "--version"})


def is_exempt(arguments: list[str]) -> bool:
    """Whether this command line runs without the check."""
    return len(arguments) < 2 or arguments[1] in EXEMPT or bool(ASKS_FOR_HELP & {*arguments})


def refuse_bad_start() -> None:
    """End the process with one sentence when it must not run as it is configured."""
    keep_memory_private()
    try:
        for sentence in chain(
            faults_of_settings(), faults_of_keys(), faults_of_migrations(), faults_of_database()
        ):
            stop(sentence, os.EX_CONFIG)
        seal_check_written()
    except DatabaseError:
        stop("The database of DATABASE_URL cannot be used.", os.EX_TEMPFAIL)
    finally:
        connections.close_all()


def stop(sentence: str, status: int) -> NoReturn:
    """Say it and end."""
    sys.stderr.write(f"Lockkeeper does not start: {sentence}\n")
    sys.stderr.flush()
    raise SystemExit(status)


def faults_of_settings() -> Iterator[str]:
    """What is wrong with the settings, keys for sealing apart."""
    yield from env.unreadable
    yield from _faults_of_secret_key()
    yield from _faults_of_address()
    if settings.DEBUG and not LOOPBACK:
        yield "DEBUG is on, and its error pages show what strangers must not see: take it away."
    yield from (sentence for _, sentence in network.faults())
    if settings.LOCKKEEPER_SIGN_UP not in {"open", "closed"}:
        yield "LOCKKEEPER_SIGN_UP must be open or closed."
    if settings.LOCKKEEPER_ORGANIZATIONS not in {"anyone", "administrators"}:
        yield "LOCKKEEPER_ORGANIZATIONS must be anyone or administrators."
    if not is_polite(settings.LOCKKEEPER_CHECK_INTERVAL):
        yield "LOCKKEEPER_CHECK_INTERVAL must be from 15m to 30d, such as 12h."
    if not 1 <= settings.LOCKKEEPER_OUTAGE_NOTICE_HOURS <= 168:
        yield "LOCKKEEPER_OUTAGE_NOTICE_HOURS must be from 1 to 168."


def _faults_of_secret_key() -> Iterator[str]:
    given = settings.SECRET_KEY_GIVEN
    if not given:
        yield "SECRET_KEY is missing: give at least 50 random characters."
    elif len(given) < 50 or len(set(given)) < 5 or given.startswith("django-insecure-"):
        yield "SECRET_KEY is weak or an example: give at least 50 random characters."


def _faults_of_address() -> Iterator[str]:
    site = urlsplit(settings.SITE_URL)
    if not settings.SITE_URL:
        yield "SITE_URL is missing: give the address that people open, like https://keys.example.org."
    elif site.scheme not in {"http", "https"} or not site.hostname or site.path or site.query:
        yield "SITE_URL must be like https://keys.example.org, without a path."
    elif site.scheme == "http" and not LOOPBACK:
        yield "SITE_URL must begin with https://, or passwords cross the network in the open."
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        yield "ALLOWED_HOSTS must name the hosts one by one, without *."
    elif not settings.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS is missing: name the host of SITE_URL."


def faults_of_keys() -> Iterator[str]:
    """What is wrong with the sealing keys by themselves."""
    if not settings.LOCKKEEPER_KEYS:
        yield (
            "No sealing key is given: set LOCKKEEPER_KEYS_FILE or LOCKKEEPER_KEYS; "
            "manage.py make_key makes one."
        )
        return
    yield from _faults_of_key_file()
    if settings.SECRET_KEY_GIVEN in settings.LOCKKEEPER_KEYS.replace(",", " ").split():
        yield "LOCKKEEPER_KEYS repeats SECRET_KEY: the sealing key must be a key of its own."
    try:
        get_key_ring()
    except BadKey as bad:
        yield f"LOCKKEEPER_KEYS cannot be used. {bad}"


def _faults_of_key_file() -> Iterator[str]:
    file = settings.LOCKKEEPER_KEYS_FILE
    if file is None:
        return
    found = file.stat()
    if found.st_mode & 0o077:
        yield f"The key file {file} can be read by others: run chmod 600 {file}."
    if found.st_uid not in {0, os.geteuid()}:
        yield f"The key file {file} belongs to somebody else: its owner must be who runs this."


def faults_of_migrations() -> Iterator[str]:
    """Which migration the database stopped before, if its file is gone.

    Django would leave the whole application out, and say that there is nothing to migrate.
    """
    applied = MigrationRecorder(connection).applied_migrations().keys()
    files = MigrationLoader(connection, load=False)
    files.load_disk()
    for squashed in files.disk_migrations.values():
        missing = [each for each in squashed.replaces if each not in applied]
        if applied & {*squashed.replaces} and {*missing} - files.disk_migrations.keys():
            app, name = missing[0]
            yield (
                f"The database stopped before {app} {name}, a migration that {squashed.name} has "
                "replaced: run migrate of the last version that has it, then start this one."
            )


def faults_of_database() -> Iterator[str]:
    """Whether the keys given are those that this database is sealed with."""
    if not _has_table() or settings.ALLOW_MISSING_KEYS:
        return
    ring = get_key_ring()
    rows = list(seal_check.SealCheck.objects.all())
    if rows and not any(row.opens(ring) for row in rows):
        yield (
            f"This database is sealed with key {_listed(row.key_name for row in rows)}; the key "
            f"given is {_listed(ring.names)}. Give the right key."
        )
        return
    missing = seal_check.names_in_use() - {*ring.names}
    if missing:
        yield (
            f"Some stored secrets are sealed with key {_listed(missing)}, which is not given. "
            "Add it to LOCKKEEPER_KEYS, or set ALLOW_MISSING_KEYS=1 to run without those secrets."
        )


def seal_check_written() -> None:
    """Leave in the database by which a later start knows its keys."""
    if _has_table():
        seal_check.write_seal_checks(get_key_ring())


def database_is_sealed() -> bool:
    """Whether some key has already been used with this database."""
    return _has_table() and seal_check.SealCheck.objects.exists()


def _has_table() -> bool:
    return TABLE in connection.introspection.table_names()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
