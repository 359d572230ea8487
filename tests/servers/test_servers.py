"""Each server starts, answers as the real thing does, and is gone afterwards."""

import os
import signal
import smtplib
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from tests.servers.docker_registry import registry
from tests.servers.postgres import postgres
from tests.servers.process import LOOPBACK, ServerError, answers, free_port, program, running
from tests.servers.redis import redis
from tests.servers.skopeo import Person, may_pull, push
from tests.servers.smtp import smtp
from tests.servers.tls import certificate

ANNA = Person("anna", "made-up-password-1")


def status(url: str, context: ssl.SSLContext | None = None) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5, context=context) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


def port_of(url: str) -> int:
    return int(url.split("/")[2].rsplit(":", 1)[1])


def test_postgresql_answers_in_unicode_and_is_gone_afterwards() -> None:
    with postgres() as url:
        with psycopg.connect(url) as connection:
            lowered = connection.execute("select lower('ÄPFEL'), version()").fetchone()
        assert lowered is not None
        assert lowered[0] == "äpfel"
        assert lowered[1].startswith("PostgreSQL")
    assert not answers(port_of(url))


def test_redis_answers_and_is_gone_afterwards() -> None:
    with redis() as url:
        client = redis_client.Redis.from_url(f"{url}/63")
        assert client.set("made-up", "value")
        assert client.get("made-up") == b"value"
        client.close()
    assert not answers(port_of(url))


def test_a_registry_with_passwords_refuses_strangers_and_serves_its_people(tmp_path: Path) -> None:
    with registry(tmp_path, htpasswd={ANNA.name: ANNA.password}) as running_registry:
        assert status(f"{running_registry.url}/v2/") == 401
        push(running_registry, tmp_path, "team/app", person=ANNA)
        assert may_pull(running_registry, tmp_path, "team/app", person=ANNA)
        assert not may_pull(running_registry, tmp_path, "team/app")
        assert not may_pull(running_registry, tmp_path, "team/app", person=Person("anna", "no"))
    assert not answers(running_registry.port)


def test_an_open_registry_over_tls_is_trusted_only_with_its_authority(tmp_path: Path) -> None:
    with registry(tmp_path, tls=certificate(tmp_path)) as running_registry:
        assert running_registry.tls is not None
        trusting = ssl.create_default_context(cafile=str(running_registry.tls.authority))
        assert status(f"{running_registry.url}/v2/", trusting) == 200
        with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
            status(f"{running_registry.url}/v2/", ssl.create_default_context())
        push(running_registry, tmp_path, "team/app")
        assert may_pull(running_registry, tmp_path, "team/app")


def test_a_registry_can_be_stopped_and_started_again_on_its_port(tmp_path: Path) -> None:
    with registry(tmp_path) as first:
        push(first, tmp_path, "team/app")
    with registry(tmp_path, port=first.port) as second:
        assert second.url == first.url
        assert may_pull(second, tmp_path, "team/app")


def test_mails_arrive_and_can_be_refused() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Grüße"
    mail.set_content("made up")
    with smtp() as mailbox:
        with smtplib.SMTP(mailbox.host, mailbox.port) as client:
            client.send_message(mail)
            mailbox.refuse = "451 come back later"
            with pytest.raises(smtplib.SMTPDataError):
                client.send_message(mail)
        [received] = mailbox.wait_for(1)
        assert received["Subject"] == "Grüße"
        assert received.get_content().strip() == "made up"
    assert not answers(mailbox.port)


def test_a_program_that_ends_early_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such made-up option')"]
    with (
        running(command, folder=tmp_path) as started,
        pytest.raises(ServerError, match="no such made-up option"),
    ):
        started.wait_until(lambda: False)


def test_a_program_that_ignores_term_is_ended_anyway(tmp_path: Path) -> None:
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print('on', flush=True)"
    with running([sys.executable, "-c", f"{stubborn}; time.sleep(60)"], folder=tmp_path) as started:
        started.wait_until(lambda: "on" in started.words())
        started.stop(limit_s=0.2)
        assert started.process.returncode == -signal.SIGKILL


def test_a_missing_program_is_told_with_the_way_to_get_it() -> None:
    with pytest.raises(ServerError, match="scripts/debian-packages"):
        program("made-up-program")


def test_a_server_ends_with_a_starter_that_is_killed(tmp_path: Path) -> None:
    port = free_port()
    script = (
        "import sys, time; from pathlib import Path;"
        "from tests.servers.process import running\n"
        "with running([sys.executable, '-m', 'http.server', '--bind', "
        f"'{LOOPBACK}', '{port}'], folder=Path({str(tmp_path)!r})): time.sleep(60)"
    )
    root = Path(__file__).resolve().parents[2]
    starter = subprocess.Popen([sys.executable, "-c", script], cwd=root, env=dict(os.environ))
    try:
        _eventually(lambda: answers(port))
    finally:
        starter.kill()
        starter.wait()
    _eventually(lambda: not answers(port))


def _eventually(holds: Callable[[], bool], limit_s: float = 20) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
