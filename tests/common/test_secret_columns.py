"""A column whose name sounds like a secret is sealed, hashed, or excused here with its reason."""

import re

from django.apps import apps
from django.db import models

from common.fields import SealedField

SOUNDS_SECRET = re.compile(r"secret|passw|token|key|seed|code", re.IGNORECASE)
OURS = {"common", "workspaces", "credentials_app"}

HOLDS_TEXT = (models.CharField, models.TextField, models.BinaryField, models.JSONField)
EXCUSED = {
    "common.OutgoingMail.dedupe_key": "says which mail it is, so that none is sent twice",
    "credentials_app.Notice.key": "says which news for whom it is, so that nobody hears it twice",
    "common.SealCheck.key_name": "the public name of a key",
    "credentials_app.AuditMail.query_key": "a SHA-256 of a filter; one mail for each",
    "credentials_app.Credential.secret_digest": "a keyed digest, compared in the database",
    "credentials_app.Credential.secret_kind": "its kind, as the provider calls it",
    "credentials_app.Credential.secret_set_by": "the name of a person",
    "credentials_app.SavedView.name_key": "the name of a view, without its case",
    "workspaces.ApiAnswer.request_key": "a word by which a program knows its own request again",
    "workspaces.BrowserSession.row_key": "a hash of the cookie; what finds the row of the session",
    "workspaces.User.password": "an argon2 hash",
    "workspaces.Invitation.token_hash": "a SHA-256 of 256 random bits",
}


def columns() -> dict[str, object]:
    """Every column of ours whose name sounds like a secret."""
    return {
        f"{model._meta.label}.{field.attname}": field
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, HOLDS_TEXT) and SOUNDS_SECRET.search(field.attname)
    }


def test_what_sounds_secret_is_sealed_or_excused() -> None:
    open_columns = {name for name, field in columns().items() if not isinstance(field, SealedField)}
    assert open_columns <= EXCUSED.keys(), open_columns - EXCUSED.keys()


def test_no_excuse_is_left_over() -> None:
    assert EXCUSED.keys() <= columns().keys(), EXCUSED.keys() - columns().keys()
