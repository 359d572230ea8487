"""Puts a leak into each kind of output: a search that misses one proves nothing."""

import base64
import html
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import psutil

from tests.canary.commands import PLANTED
from tests.canary.instance import BASE, Instance
from tests.canary.spellings import Canary

SLEEPS = "import time; time.sleep(60)"


@contextmanager
def planted(instance: Instance, canary: Canary) -> Iterator[set[psutil.Process]]:
    """Put the canary into every kind of output; yields a process that has it."""
    data, folder = instance.product.data, instance.product.installation.folder
    encoded = base64.b64encode(f"robot:{canary.secret}".encode()).decode()
    _append(data / "logs" / "web.log", f'{{"says": "Authorization: Basic {encoded}"}}\n')
    _append(folder / "said.txt", repr({"password": canary.secret}))
    _append(folder / "tmp" / "upload", canary.secret[::-1])
    _append(data / "run" / "state", canary.secret.encode().hex())
    _mail(data / "mails" / f"{canary.kind.replace(' ', '-')}.eml", canary)
    _rows(instance, canary)
    with instance.stores.queue() as queue:
        queue.lpush("made-up-key", base64.b64encode(f'{{"args": ["{canary.secret}"]}}'.encode()))
        before = instance.operators.get(PLANTED)
        both = canary.secret + (f"/{before.secret}" if before else "")
        instance.operators[PLANTED] = Canary(PLANTED, both)
        with _process(canary) as one:
            instance.ada.get(f"{BASE}{instance.key_of('long')}/")
            yield {one}
        del instance.operators[PLANTED]
        if before:
            instance.operators[PLANTED] = before
        queue.delete("made-up-key")


def _append(file: Path, text: str) -> None:
    with file.open("a") as end:
        end.write(text)


def _mail(file: Path, canary: Canary) -> None:
    """In the second part of a mail, in base64."""
    mail = EmailMessage()
    mail["To"] = "ada@example.org"
    mail.set_content("made-up words")
    text = f"<p>{html.escape(canary.secret)}</p>"
    mail.add_alternative(text, subtype="html", cte="base64")
    file.write_bytes(mail.as_bytes())


def _rows(instance: Instance, canary: Canary) -> None:
    """In a row that pages show; the write-ahead log has it first. In the origin of a rule whose
    authority has ended, which the doctor names; in an event, and in the head of a chain."""
    changed = f"notes = '{canary.secret}' where name = 'long'"
    instance.ask(f"update credentials_app_credential set {changed}")
    origin = f"https://{canary.secret}.example.org"
    ended = f"origin = '{origin}', ca_pem = 'made up'"
    one = "id = (select id from credentials_app_serverrule limit 1)"
    instance.ask(f"update credentials_app_serverrule set {ended} where {one}")
    instance.ask(
        "insert into workspaces_auditevent (id, at, workspace_label, actor_type, actor_label, via, "
        "address, request_id, action, target_type, target_id, target_label, outcome, details) "
        f"values ('{uuid.uuid4().hex}', current_timestamp, '', 'system', '{canary.secret}', 'web', "
        "'', '', 'test:thing:make', '', '', '', 'done', '{}')"
    )
    instance.ask(
        "insert into workspaces_audithead (chain, number, hash, removed, removed_hash) "
        f"values ('{uuid.uuid4().hex}', 1, '{canary.secret}', 0, '{'0' * 64}')"
    )


@contextmanager
def _process(canary: Canary) -> Iterator[psutil.Process]:
    started = subprocess.Popen(
        [sys.executable, "-c", SLEEPS, f"--password={canary.secret}"],
        env={"REGISTRY_PASSWORD": canary.secret},
    )
    try:
        yield psutil.Process(started.pid)
    finally:
        started.kill()
        started.wait()
