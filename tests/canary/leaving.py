"""Secrets leave in every way: by a token, and as each file; also where it fails on the way."""

import uuid

from credentials_app.exports.files import FileFormat
from tests.canary.instance import BASE, Instance
from tests.canary.sign_in import TOKEN
from tests.canary.spellings import Canary

FETCHED = {"plain": "replaced", "cyrillic": "cyrillic", "long": "long"}
"""The credentials that leave, and the secret that each of them has by now."""
FETCH, LOGIN = "/api/v1/fetch", "/api/v1/workspaces/*/credentials/*/login"
WAYS_OUT = {
    ("page", where, kind)
    for where in (f"{FETCH} (200)", f"{LOGIN} (200)", f"{BASE}export/ (200, download)")
    for kind in FETCHED.values()
}
"""The only answers that have a secret: what a token fetched, and the files."""


def let_secrets_leave(instance: Instance) -> None:
    """Ada fetches by a token and exports; then both fail after the secret was opened."""
    token, place = _token(instance)
    for name in FETCHED:
        _fetch(instance, name, token, place)
        _export(instance, name)
    refused = {"credential": str(instance.key_of("echoed"))}
    assert instance.ada.call(FETCH, token, refused).status_code == 409
    instance.stores.break_inserts("credentials_app_fetch")
    try:
        body = {"credential": str(instance.key_of("worker-fault"))}
        assert instance.ada.call(FETCH, token, body).status_code == 500
        assert _download(instance, "worker-fault", FileFormat.DOCKER) == 500
    finally:
        instance.stores.mend_inserts("credentials_app_fetch")


def _token(instance: Instance) -> tuple[str, str]:
    """The text of a token that may fetch, and its workspace."""
    ada, page = instance.ada, "/account/tokens/add/"
    password = next(canary for canary in instance.canaries if canary.kind == "account")
    assert ada.post("/account/reauthenticate/", password=password.secret).ok
    [(key,)] = instance.ask("select id from workspaces_workspace where slug = 'web'")
    place = str(uuid.UUID(str(key)))
    made = ada.post(page, name="robot", scopes="secrets:fetch", workspaces=place, days="30")
    found = TOKEN.search(made.text)
    assert found, made.text
    instance.canaries.append(Canary("api token", found[1]))
    return found[1], place


def _fetch(instance: Instance, name: str, token: str, place: str) -> None:
    key = str(instance.key_of(name))
    for more in ({}, {"as": "password"}):
        answer = instance.ada.call(FETCH, token, {"credential": key, **more})
        assert answer.status_code == 200, (name, answer.status_code)
    login = f"/api/v1/workspaces/{place}/credentials/{key}/login"
    assert instance.ada.call(login, token).status_code == 200


def _export(instance: Instance, name: str) -> None:
    for kind in FileFormat:
        assert _download(instance, name, kind) == 200


def _download(instance: Instance, name: str, kind: FileFormat) -> int:
    page = f"{BASE}export/?pk={instance.key_of(name)}"
    values = {"pk": str(instance.key_of(name)), "kind": kind.value, "secret_name": "deploy"}
    answer = instance.ada.post(f"{BASE}export/", at=page, **values)
    assert ("Content-Disposition" in answer.headers) is (answer.status_code == 200), answer.text
    return answer.status_code
