"""What stands in the table of sessions signs nobody in."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from config.tasks import forget_old_sessions
from tests.cast import alice
from workspaces.sign_in.hashed_sessions import SessionStore, row_key

pytestmark = pytest.mark.django_db


def kept() -> SessionStore:
    store = SessionStore()
    store["color"] = "green"
    store.save()
    return store


def test_the_engine_is_ours() -> None:
    assert import_module(settings.SESSION_ENGINE).SessionStore is SessionStore


def test_a_session_is_found_by_its_cookie_and_not_by_its_row() -> None:
    store = kept()
    row = Session.objects.get()
    assert store.session_key
    assert row.session_key == row_key(store.session_key) != store.session_key
    assert len(row.session_key) == 40
    assert SessionStore(store.session_key)["color"] == "green"
    assert "color" not in SessionStore(row.session_key)


def test_saving_again_keeps_one_row() -> None:
    store = kept()
    store["color"] = "blue"
    store.save()
    assert Session.objects.count() == 1
    assert SessionStore(store.session_key)["color"] == "blue"


def test_a_new_key_takes_the_old_row_away() -> None:
    store = kept()
    old = store.session_key
    store.cycle_key()
    assert Session.objects.count() == 1
    assert store.session_key != old
    assert not store.exists(str(old))
    assert store.exists(str(store.session_key))


def test_the_end_of_a_session_is_the_end_of_its_row() -> None:
    kept().flush()
    assert not Session.objects.exists()


def test_no_string_of_the_table_is_a_cookie() -> None:
    client = Client()
    client.force_login(alice())
    assert client.get("/").wsgi_request.user.is_authenticated
    row = Session.objects.get()
    for stolen in (row.session_key, row.session_data):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert not thief.get("/healthz").cookies
        assert not thief.get("/", follow=False).wsgi_request.user.is_authenticated


def test_a_session_that_is_over_is_forgotten() -> None:
    kept()
    over = kept()
    Session.objects.filter(session_key=row_key(str(over.session_key))).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    assert "color" not in SessionStore(over.session_key)
    forget_old_sessions()
    assert Session.objects.count() == 1
