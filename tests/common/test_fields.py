"""A sealed column shows nothing, takes nothing open, and opens only where it stands."""

import copy
import json
import pickle
import uuid
from io import StringIO

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F
from django.forms import modelform_factory
from django.utils import timezone

from common.crypto import KeyRing, NotGenuine
from common.fields import MASK, Sealed, SealedField, open_sealed, seal_into, sealed_columns
from common.models import OutgoingMail

OPEN = "made-up-password-1"
BODY = OutgoingMail._meta.get_field("body")
COLUMNS = [pytest.param(*each, id=f"{each[0].__name__}.{each[1]}") for each in sealed_columns()]


def row_of(model: type[models.Model]) -> models.Model:
    """A row that was never saved, in a made-up workspace where it wants one."""
    row = model(pk=uuid.uuid4())
    if hasattr(model, "workspace"):
        row.workspace_id = uuid.uuid4()  # type: ignore[attr-defined]
    return row


def mail() -> OutgoingMail:
    now = timezone.now()
    row = OutgoingMail(
        to="alice@example.org",
        subject="made up",
        message_id="<1@example.org>",
        dedupe_key="1",
        created_at=now,
        not_before=now,
    )
    seal_into(row, "body", OPEN)
    return row


def test_there_are_sealed_columns() -> None:
    assert len(COLUMNS) >= 3


@pytest.mark.parametrize(("model", "column"), COLUMNS)
def test_a_value_opens_in_its_row(model: type[models.Model], column: str) -> None:
    row = row_of(model)
    seal_into(row, column, OPEN)
    assert open_sealed(row, column) == OPEN


@pytest.mark.parametrize(("model", "column"), COLUMNS)
def test_a_value_does_not_open_in_another_row(model: type[models.Model], column: str) -> None:
    row, other = row_of(model), row_of(model)
    seal_into(row, column, OPEN)
    if hasattr(model, "workspace"):
        other.workspace_id = row.workspace_id  # type: ignore[attr-defined]
    setattr(other, column, getattr(row, column))
    with pytest.raises(NotGenuine):
        open_sealed(other, column)


@pytest.mark.parametrize(("model", "column"), COLUMNS)
def test_a_value_does_not_open_in_another_workspace(model: type[models.Model], column: str) -> None:
    row = row_of(model)
    seal_into(row, column, OPEN)
    if not hasattr(model, "workspace"):
        assert model is OutgoingMail, "a new sealed column needs a workspace, or a place here"
        return
    row.workspace_id = uuid.uuid4()  # type: ignore[attr-defined]
    with pytest.raises(NotGenuine):
        open_sealed(row, column)


@pytest.mark.parametrize(("model", "column"), COLUMNS)
@pytest.mark.parametrize(("other_model", "other_column"), COLUMNS)
def test_a_value_does_not_open_in_another_table(
    model: type[models.Model], column: str, other_model: type[models.Model], other_column: str
) -> None:
    row, other = row_of(model), row_of(other_model)
    other.pk = row.pk
    if hasattr(model, "workspace") and hasattr(other_model, "workspace"):
        other.workspace_id = row.workspace_id  # type: ignore[attr-defined]
    seal_into(row, column, OPEN)
    setattr(other, other_column, getattr(row, column))
    if (model, column) == (other_model, other_column):
        assert open_sealed(other, other_column) == OPEN
        return
    with pytest.raises(NotGenuine):
        open_sealed(other, other_column)


def test_a_sealed_value_shows_nothing() -> None:
    sealed = mail().body
    assert {repr(sealed), str(sealed), f"{sealed}", f"{sealed:}", f"{[sealed]}"[1:-1]} == {MASK}


def test_the_mask_is_as_wide_as_it_is_asked_to_be() -> None:
    assert f"{mail().body:>5}" == f"  {MASK}"


def test_only_the_very_same_ciphertext_is_equal() -> None:
    sealed, again = mail().body, mail().body
    same = Sealed(sealed._stored)
    assert (sealed == same, hash(sealed) == hash(same)) == (True, True)
    assert (sealed == again, hash(sealed) == hash(again)) == (False, False)
    assert (sealed == sealed._stored, sealed == MASK) == (False, False)


def test_a_sealed_column_is_never_editable_and_its_migration_does_not_say_so() -> None:
    field = SealedField("the words of a mail", editable=True)
    assert (field.editable, field.verbose_name) == (False, "the words of a mail")
    _, path, arguments, options = field.deconstruct()
    assert (path, arguments) == ("common.fields.SealedField", [])
    assert options == {"verbose_name": "the words of a mail"}


def test_text_of_a_fixture_is_taken_as_sealed() -> None:
    sealed = mail().body
    assert BODY.to_python(sealed._stored) == sealed
    assert (BODY.to_python(sealed), BODY.to_python(None)) == (sealed, None)


def test_a_sealed_value_does_not_travel() -> None:
    sealed = mail().body
    for travel in (pickle.dumps, json.dumps, lambda it: json.dumps(it, cls=DjangoJSONEncoder)):
        with pytest.raises(TypeError):
            travel(sealed)
    with pytest.raises(TypeError, match=r"^a sealed value cannot be pickled$"):
        pickle.dumps(sealed)
    assert copy.copy(sealed) is sealed
    assert copy.deepcopy([sealed])[0] is sealed


def test_open_text_cannot_be_assigned() -> None:
    with pytest.raises(TypeError):
        OutgoingMail(body=OPEN)
    row = mail()
    with pytest.raises(TypeError, match=r"^body takes a sealed value; call seal_into\(\)$"):
        row.body = OPEN


def test_a_row_needs_its_key_first() -> None:
    says = "^a row needs its primary key before a value is sealed for it$"
    with pytest.raises(ValueError, match=says):
        seal_into(OutgoingMail(pk=None), "body", OPEN)


def test_what_was_never_sealed_does_not_open() -> None:
    with pytest.raises(TypeError, match=r"^body has no sealed value$"):
        open_sealed(OutgoingMail(), "body")


@pytest.mark.django_db
def test_a_row_comes_back_closed_and_opens_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    mail().save()
    with monkeypatch.context() as patched:
        patched.setattr(KeyRing, "open", lambda *_: pytest.fail("opened without being asked"))
        row = OutgoingMail.objects.get()
        assert isinstance(row.body, Sealed)
        assert isinstance(OutgoingMail.objects.defer("body").get().body, Sealed)
        assert MASK in str(OutgoingMail.objects.values_list("body"))
    assert open_sealed(row, "body") == OPEN
    assert row.body.key_name


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "made-up", "ключ-выдуманный", "\U0001f511", "x" * 65_536])
def test_every_text_comes_back_from_the_database(text: str) -> None:
    row = mail()
    seal_into(row, "body", text)
    row.save()
    assert open_sealed(OutgoingMail.objects.get(), "body") == text


@pytest.mark.django_db
def test_open_text_cannot_be_written_past_the_attribute() -> None:
    mail().save()
    with pytest.raises(TypeError, match=r"^body stores sealed values only$"):
        OutgoingMail.objects.update(body=OPEN)


@pytest.mark.django_db
def test_a_sealed_column_can_be_copied_by_the_database() -> None:
    mail().save()
    OutgoingMail.objects.update(body=F("body"))
    assert open_sealed(OutgoingMail.objects.get(), "body") == OPEN


@pytest.mark.django_db
def test_a_sealed_column_can_be_empty_and_asked_whether_it_is() -> None:
    full, empty = mail(), mail()
    full.save()
    empty.body, empty.message_id, empty.dedupe_key = None, "<2@example.org>", "2"
    empty.save()
    assert OutgoingMail.objects.get(body__isnull=True) == empty
    assert OutgoingMail.objects.get(body__isnull=False) == full
    assert OutgoingMail.objects.get(pk=empty.pk).body is None
    assert BODY.value_to_string(empty) == ""


@pytest.mark.django_db
def test_a_value_that_is_loaded_late_comes_alone() -> None:
    mail().save()
    row = OutgoingMail.objects.defer("body").get()
    row.subject = "changed, not saved"
    assert open_sealed(row, "body") == OPEN
    assert row.subject == "changed, not saved"


@pytest.mark.django_db
@pytest.mark.parametrize("lookup", ["body", "body__contains", "body__in", "body__startswith"])
def test_a_sealed_column_cannot_be_searched(lookup: str) -> None:
    with pytest.raises(FieldError, match=r"^A sealed column cannot be searched\.$"):
        list(OutgoingMail.objects.filter(**{lookup: "v1"}))


@pytest.mark.django_db
def test_a_dump_is_closed_and_can_be_read_back() -> None:
    mail().save()
    dump = StringIO()
    call_command("dumpdata", "common", stdout=dump)
    assert OPEN not in dump.getvalue()
    OutgoingMail.objects.all().delete()
    from django.core import serializers

    for each in serializers.deserialize("json", dump.getvalue()):
        each.save()
    assert open_sealed(OutgoingMail.objects.get(), "body") == OPEN


def test_no_form_takes_a_sealed_column() -> None:
    for model, column in sealed_columns():
        assert column not in modelform_factory(model, fields="__all__").base_fields
