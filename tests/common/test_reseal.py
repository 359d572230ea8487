"""Every sealed value of the database gets the newest key, and no change of others is lost."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.db import connection

from common import reseal, sealed_places
from common.crypto import KeyRing, get_key_ring
from common.fields import open_sealed, seal_into, sealed_columns
from common.models import OutgoingMail
from common.sealed_places import SealedPlace, SealedRow
from tests.common.test_crypto import TWO
from tests.credentials_app import everything_sealed

pytestmark = pytest.mark.django_db
LOOKS_SEALED = re.compile(r"v1\.[0-9a-f]{8}\.")


@pytest.fixture(autouse=True)
def _everything() -> None:
    everything_sealed.fill()


@pytest.fixture
def rotated(settings: LazySettings) -> KeyRing:
    """A new key before the one that sealed everything."""
    settings.LOCKKEEPER_KEYS = f"{TWO},{settings.LOCKKEEPER_KEYS}"
    return get_key_ring()


def run(ring: KeyRing) -> reseal.Resealed:
    return reseal.reseal_all(ring, on_progress=lambda _: None)


def plain_texts(ring: KeyRing) -> dict[tuple[str, object], bytes]:
    return {
        (place.label, row.pk): sealed_places.opened(row, ring)
        for place in sealed_places.sealed_places()
        for row in place.all_rows()
    }


def looks_sealed_by_table() -> dict[str, int]:
    """How many texts of each table look like sealed values, wherever they are stored."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            count = sum(len(LOOKS_SEALED.findall(str(row))) for row in cursor.fetchall())
            found[table] = count
    return {table: count for table, count in found.items() if count}


def test_no_sealed_value_of_the_database_is_in_an_unknown_place() -> None:
    known: dict[str, int] = {}
    for place in sealed_places.sealed_places():
        table = place.model._meta.db_table
        known[table] = known.get(table, 0) + place.counts().total()
    seen = looks_sealed_by_table()
    seen.pop("common_sealcheck", None)  # each is the check of its own key
    assert seen == known
    assert len(known) == 5
    assert all(place.counts().total() >= 2 for place in sealed_places.sealed_places())


def test_every_sealed_column_of_a_model_is_a_place() -> None:
    labels = {place.label for place in sealed_places.sealed_places()}
    assert {f"{model._meta.db_table}.{column}" for model, column in sealed_columns()} <= labels


def test_every_value_is_the_same_under_the_new_key_alone(rotated: KeyRing) -> None:
    before = plain_texts(rotated)
    assert reseal.left_to_reseal(rotated) == len(before) > 10
    done = run(rotated)
    assert (done.done, dict(done.lost)) == (len(before), {})
    assert reseal.left_to_reseal(rotated) == 0
    assert plain_texts(KeyRing.parse(TWO)) == before
    assert sealed_places.names_in_use() == {rotated.names[0]}


def test_a_second_run_has_nothing_to_do(rotated: KeyRing) -> None:
    run(rotated)
    rows = plain_texts(rotated)
    assert run(rotated).done == 0
    assert plain_texts(rotated) == rows


def changing(change: Callable[[SealedRow], None]) -> Callable[..., bool]:
    """``swap`` with a change of somebody else between reading and writing, once for each row."""
    swap, seen = SealedPlace.swap, set()

    def swapped(self: SealedPlace, row: SealedRow, text: str) -> bool:
        if (self.label, row.pk) not in seen:
            seen.add((self.label, row.pk))
            change(row)
        return swap(self, row, text)

    return swapped


def test_a_change_between_reading_and_writing_is_kept(
    rotated: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edit(row: SealedRow) -> None:
        mail = OutgoingMail.objects.filter(pk=str(row.pk)).first() if _is_mail(row) else None
        if mail is not None:
            seal_into(mail, "body", "what the editor wrote")
            mail.save(update_fields=["body"])

    monkeypatch.setattr(SealedPlace, "swap", changing(edit))
    run(rotated)
    mails = OutgoingMail.objects.exclude(body__isnull=True)
    assert {open_sealed(mail, "body") for mail in mails} == {"what the editor wrote"}
    assert reseal.left_to_reseal(rotated) == 0


def _is_mail(row: SealedRow) -> bool:
    return row.context[0] == OutgoingMail._meta.db_table


def test_a_recovery_code_that_is_used_meanwhile_stays_used(
    rotated: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def use(row: SealedRow) -> None:
        if row.context[0] == Authenticator._meta.db_table:
            for codes in Authenticator.objects.filter(type="recovery_codes"):
                codes.data["used_mask"] = 5
                codes.save(update_fields=["data"])

    monkeypatch.setattr(SealedPlace, "swap", changing(use))
    run(rotated)
    codes = Authenticator.objects.filter(type="recovery_codes")
    assert [each.data["used_mask"] for each in codes] == [5, 5]
    assert reseal.left_to_reseal(rotated) == 0


def test_a_row_that_is_deleted_meanwhile_stays_deleted(
    rotated: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete(row: SealedRow) -> None:
        if _is_mail(row):
            OutgoingMail.objects.filter(pk=str(row.pk)).delete()

    monkeypatch.setattr(SealedPlace, "swap", changing(delete))
    run(rotated)
    assert not OutgoingMail.objects.exclude(body__isnull=True).exists()
    assert reseal.left_to_reseal(rotated) == 0


def test_a_value_that_no_key_opens_is_counted_and_left_alone(rotated: KeyRing) -> None:
    one, other = OutgoingMail.objects.exclude(body__isnull=True).order_by("created_at")[:2]
    OutgoingMail.objects.filter(pk=one.pk).update(body=other.body)
    done = run(rotated)
    assert sum(done.lost.values()) == 1
    assert reseal.left_to_reseal(rotated) == 1
    again = OutgoingMail.objects.get(pk=one.pk)
    assert again.body.key_name == rotated.names[1]


def test_a_value_of_a_key_that_is_not_given_is_named(settings: LazySettings) -> None:
    former = get_key_ring().names[0]
    settings.LOCKKEEPER_KEYS = TWO
    done = run(get_key_ring())
    assert done.done == 0
    assert {cause for _, cause in done.lost} == {f"key {former} is not given"}
