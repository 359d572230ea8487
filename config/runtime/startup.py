"""Checks the configuration before a process runs, and refuses to start with one sentence."""

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

from common import seal_check, sealed_places
from common.crypto import BadKey, get_key_ring
from config import env
from config.runtime.process import keep_private
from config.web.security_headers import LOOPBACK
from credentials_app.checks import network
from credentials_app.schedule import is_polite
from workspaces.openid import providers

TABLE = "common_sealcheck"
# Commands that need no keys: help, making a key, a check that stores nothing, what a build runs
# before there is an instance, the doctor, who says what is wrong, and what replaces the database.
EXEMPT = frozenset(
    {"help", "version", "check_login", "make_key", "up", "demo", "collectstatic", "makemigrations"}
    | {"doctor", "restore"}
)
HELP_OPTIONS = frozenset({"--help", "-h", "--version"})


def is_exempt(arguments: list[str]) -> bool:
    """True if this command line runs without these checks."""
    return len(arguments) < 2 or arguments[1] in EXEMPT or bool(HELP_OPTIONS & {*arguments})


def refuse_bad_start() -> None:
    """End the process with one sentence if its configuration or database is not safe."""
    keep_private()
    try:
        for sentence in chain(
            faults_of_settings(), faults_of_keys(), faults_of_migrations(), faults_of_database()
        ):
            stop(sentence, os.EX_CONFIG)
        write_seal_checks()
    except DatabaseError:
        stop("The database of DATABASE_URL cannot be used.", os.EX_TEMPFAIL)
    finally:
        connections.close_all()


def stop(sentence: str, status: int) -> NoReturn:
    """Write the sentence to standard error, and exit with ``status``."""
    sys.stderr.write(f"Lockkeeper does not start: {sentence}\n")
    sys.stderr.flush()
    raise SystemExit(status)


def faults_of_settings() -> Iterator[str]:
    """A sentence for each fault of the settings, except those of the sealing keys."""
    yield from env.unreadable
    yield from faults_of_secret_files()
    yield from _faults_of_secret_key()
    yield from _faults_of_address()
    if settings.DEBUG and not LOOPBACK:
        yield "DEBUG is on, and its error pages show internals to everybody: remove it."
    yield from (sentence for _, sentence in network.faults())
    yield from providers.openid_faults()
    if settings.LOCKKEEPER_SIGN_UP not in {"open", "closed"}:
        yield "LOCKKEEPER_SIGN_UP must be open or closed."
    if settings.LOCKKEEPER_ORGANIZATIONS not in {"anyone", "administrators"}:
        yield "LOCKKEEPER_ORGANIZATIONS must be anyone or administrators."
    if not is_polite(settings.LOCKKEEPER_CHECK_INTERVAL):
        yield "LOCKKEEPER_CHECK_INTERVAL must be from 15m to 30d, such as 12h."
    if not 1 <= settings.LOCKKEEPER_OUTAGE_NOTICE_HOURS <= 168:
        yield "LOCKKEEPER_OUTAGE_NOTICE_HOURS must be from 1 to 168."


def faults_of_secret_files() -> Iterator[str]:
    """A sentence for each file with a secret that others can read or own."""
    for name, file in env.secret_files.items():
        status = file.stat()
        if status.st_mode & 0o077:
            yield f"{name} names {file}, which others can read: run chmod 600 {file}."
        if status.st_uid not in {0, os.geteuid()}:
            yield f"{name} names {file}, which is somebody else's: its owner must be who runs this."


def _faults_of_secret_key() -> Iterator[str]:
    key = settings.SECRET_KEY_GIVEN
    if not key:
        yield "SECRET_KEY is missing: give at least 50 random characters."
    elif len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-"):
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
    """A sentence for each fault of the sealing keys, without the database."""
    if not settings.LOCKKEEPER_KEYS:
        yield (
            "No sealing key is given: set LOCKKEEPER_KEYS_FILE or LOCKKEEPER_KEYS; "
            "manage.py make_key makes one."
        )
        return
    if settings.SECRET_KEY_GIVEN in settings.LOCKKEEPER_KEYS.replace(",", " ").split():
        yield "LOCKKEEPER_KEYS repeats SECRET_KEY: the sealing key must be a key of its own."
    try:
        get_key_ring()
    except BadKey as error:
        yield f"LOCKKEEPER_KEYS cannot be used. {error}"


def faults_of_migrations() -> Iterator[str]:
    """A sentence if the database lacks a migration that no longer exists.

    Django would skip the whole application, and report that there is nothing to migrate.
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
    """A sentence if this database is sealed with keys that are not configured."""
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
    missing = sealed_places.names_in_use() - {*ring.names}
    if missing:
        yield (
            f"Some stored secrets are sealed with key {_listed(missing)}, which is not given. "
            "Add it to LOCKKEEPER_KEYS, or set ALLOW_MISSING_KEYS=1 to run without those secrets."
        )


def write_seal_checks() -> None:
    """Store a seal check for each key, so that a later start recognizes the keys."""
    if _has_table():
        seal_check.write_seal_checks(get_key_ring())


def database_is_sealed() -> bool:
    """True if a key has already been used with this database."""
    return _has_table() and seal_check.SealCheck.objects.exists()


def _has_table() -> bool:
    return TABLE in connection.introspection.table_names()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
