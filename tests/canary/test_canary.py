"""A secret that was added through the form is nowhere but in the request to its registry."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from psutil import Process

from credentials_app.exports.files import FileFormat
from tests.canary import outputs
from tests.canary.commands import PASSWORDS, outputs_of_commands
from tests.canary.instance import BASE, Instance
from tests.canary.leaving import WAYS_OUT
from tests.canary.planting import planted
from tests.canary.secrets import new_canary
from tests.canary.spellings import Canary, found_in
from tests.canary.visitor import UUID
from tests.stand_ins.openid_provider import OpenIdProvider
from workspaces.tokens.token_text import new_token_text

pytestmark = [pytest.mark.database, pytest.mark.one_database, pytest.mark.timeout(900)]

SIGNS_IN = {
    "carols-password",
    "session cookie",
    "invitation",
    "reset link",
    "seed",
    "recovery code",
    "return link",
    "api token",
}
OPERATORS = {"sealing key", "another sealing key", "SECRET_KEY", *PASSWORDS}
ALLOWED = {
    # Without a mail server the link is on the page that makes it, once.
    ("page", "/o/acme/web/people/invite/ (200)", "invitation"),
    ("page", "/organizations/acme/people/invite/ (200)", "invitation"),
    # The mail to who deleted the account.
    ("mail", "data/mails/", "return link"),
    # Its own page sends it on to identity providers.
    ("page", "/invitations/LINK/ (200)", "invitation"),
    # The keys are in their files, for their owner only.
    ("other file", "data/keys/sealing_keys", "sealing key"),
    ("other file", "data/keys/secret_key", "SECRET_KEY"),
    # It is shown when it is made, once.
    ("page", "/account/tokens/add/ (200)", "api token"),
    # They are shown when the app is added, once.
    ("page", "/account/factors/app/ (200)", "seed"),
    ("page", "/account/factors/app/ (200)", "recovery code"),
} | WAYS_OUT
"""The only places where a secret may be seen: kind of output, where, kind of secret."""
GIVEN_THERE = {("environment", "", "database password"), ("environment", "", "queue password")}
"""Who runs it gave the processes these URLs in their environment; files can have them instead."""


def everything(instance: Instance, more: Iterable[Process] = ()) -> outputs.Found:
    """All outputs of the instance."""
    yield from outputs.files(instance.product)
    yield from outputs.rows(instance.product)
    yield from outputs.dumped(instance.product)
    yield from outputs.queue(instance.product, instance.monitor)
    yield from outputs.processes({*instance.product.processes(), *more})
    yield from outputs.pages(instance.ada)
    yield from outputs.pages(instance.carol)
    with TemporaryDirectory() as folder:
        yield from outputs_of_commands(instance.product, instance.operators, Path(folder))


def leaks(
    instance: Instance, canaries: Iterable[Canary], more: Iterable[Process] = ()
) -> set[tuple[str, str, str, str]]:
    """Each output where a canary was found: kind of output, where, which canary, how spelled."""
    wanted = list(canaries)
    return {
        (kind, where, canary.kind, spelled)
        for kind, where, content in everything(instance, more)
        for canary in wanted
        if (spelled := found_in(content, canary))
    }


def test_the_secrets_reached_their_registry(instance: Instance) -> None:
    known = instance.registry.people.values()
    stored = [canary for canary in instance.canaries if canary.secret in known]
    assert len(stored) > 5
    unseen = [b.kind for b in stored if not instance.registry.requests.carrying(b.secret)]
    assert unseen == ["page-fault"], "this one was stopped on its way in"


def test_secrets_left_in_every_way(instance: Instance) -> None:
    """Otherwise the search would find them nowhere else because nothing was fetched."""
    [(fetches,)] = instance.ask("select sum(count) from credentials_app_fetch")
    assert int(str(fetches)) == 3 * (3 + len(FileFormat))
    opened = "select count(*) from workspaces_auditevent where action = 'credentials:export:make'"
    assert instance.ask(opened) == [(3 * len(FileFormat),)]


def test_the_client_secret_reached_its_provider(
    instance: Instance, provider: OpenIdProvider
) -> None:
    kinds = {canary.kind for canary in instance.canaries}
    assert {"openid client", "openid access", "openid code"} <= kinds
    assert provider.asked("/token") == 5
    assert instance.operators["SECRET_KEY"].secret, "the keys are there"
    rows = instance.ask("select issuer from workspaces_linkedaccount")
    assert rows == [(provider.issuer,)]


def test_the_walk_saw_the_pages_that_matter(instance: Instance) -> None:
    for start in ("", "add/", "servers/", "servers/add/"):
        assert f"{BASE}{start}" in instance.paths
    overviews = {BASE.removesuffix("credentials/"), "/overview/", "/admin/overview/"}
    assert overviews <= set(instance.paths)
    assert {"/account/sessions/", "/admin/accounts/"} <= set(instance.paths)
    exported = [a for a in instance.ada.answers if a.path.endswith("/audit-log/export/")]
    assert len(exported) == 4
    assert all(b"credentials:credential:add" in answer.content for answer in exported)
    account = "/admin/accounts/"
    assert any(path.startswith(account) and path != account for path in instance.paths)
    places = ("/audit-log/", "/people/", "/settings/")
    for part in ("/edit/", "/replace/", "/delete/", "/checks/", *places):
        assert any(path.endswith(part) for path in instance.paths), part
    for model in ("credentials_app/credential", "workspaces/auditevent", "workspaces/user"):
        changed = f"/admin/{model}/"
        assert any(p.startswith(changed) and p != changed for p in instance.paths), changed
    statuses = {answer.status for answer in instance.ada.answers}
    assert statuses >= {200, 302, 400, 403, 404, 413, 500}


def test_no_secret_is_anywhere_else(instance: Instance) -> None:
    tokens = {
        r.presented.secret for r in instance.registry.requests if r.presented.kind == "bearer"
    }
    canaries = [*instance.canaries, *(Canary("bearer token", token) for token in tokens)]
    assert tokens
    assert {canary.kind for canary in canaries} >= SIGNS_IN | OPERATORS
    links = [canary.secret for canary in canaries if canary.kind == "invitation"]
    found = set[tuple[str, str, str]]()
    for kind, where, canary, _spelled in leaks(instance, canaries):
        for link in links:
            where = where.replace(link, "LINK")
        where = {"mail": "data/mails/", "environment": ""}.get(kind, UUID.sub("*", where))
        found.add((kind, where, canary))
    is_embedded = not instance.stores.postgresql
    assert found == (ALLOWED if is_embedded else ALLOWED | GIVEN_THERE)


def test_a_leak_in_any_kind_of_place_would_be_found(instance: Instance) -> None:
    secret, token = new_canary("planted"), Canary("planted token", new_token_text())
    with planted(instance, token) as one, planted(instance, secret) as other:
        found = leaks(instance, [secret, token], one | other)
    kinds = outputs.kinds_of(instance.product)
    assert {kind for kind, _where, of, _how in found if of == secret.kind} == kinds
    # The second rule that it names replaced the first one.
    told = {kind for kind, _where, of, _how in found if of == token.kind}
    assert kinds - told <= {"doctor", "doctor as JSON"}
