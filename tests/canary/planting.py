"""Leaks put into each kind of place on purpose: a search that misses one proves nothing."""

import base64
import html
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import psutil
import redis

from tests.canary.house import BASE, House
from tests.canary.needles import Canary

SLEEPS = "import time; time.sleep(60)"


@contextmanager
def planted(house: House, bird: Canary) -> Iterator[set[psutil.Process]]:
    """While this lasts, the canary is in every kind of place; gives a process that has it."""
    data, folder = house.product.data, house.product.place.folder
    encoded = base64.b64encode(f"robot:{bird.secret}".encode()).decode()
    _append(data / "logs" / "web.log", f'{{"says": "Authorization: Basic {encoded}"}}\n')
    _append(folder / "said.txt", repr({"password": bird.secret}))
    _append(folder / "tmp" / "upload", bird.secret[::-1])
    _append(data / "run" / "state", bird.secret.encode().hex())
    _mail(data / "mails" / "planted.eml", bird)
    _rows(house, bird)
    with redis.Redis(unix_socket_path=str(data / "run" / "queue.sock")) as queue:
        queue.lpush("made-up-key", base64.b64encode(f'{{"args": ["{bird.secret}"]}}'.encode()))
        with _process(bird) as one:
            house.ada.get(f"{BASE}{house.key_of('long')}/")
            yield {one}
        queue.delete("made-up-key")


def _append(file: Path, text: str) -> None:
    with file.open("a") as end:
        end.write(text)


def _mail(file: Path, bird: Canary) -> None:
    """In its second part, and packed for the way."""
    mail = EmailMessage()
    mail["To"] = "ada@example.org"
    mail.set_content("made-up words")
    text = f"<p>{html.escape(bird.secret)}</p>"
    mail.add_alternative(text, subtype="html", cte="base64")
    file.write_bytes(mail.as_bytes())


def _rows(house: House, bird: Canary) -> None:
    """In a row that pages show; the file beside the database has it first."""
    house.ask(f"update credentials_app_credential set notes = '{bird.secret}' where name = 'long'")


@contextmanager
def _process(bird: Canary) -> Iterator[psutil.Process]:
    started = subprocess.Popen(
        [sys.executable, "-c", SLEEPS, f"--password={bird.secret}"],
        env={"REGISTRY_PASSWORD": bird.secret},
    )
    try:
        yield psutil.Process(started.pid)
    finally:
        started.kill()
        started.wait()
