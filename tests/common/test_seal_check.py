"""The database knows its keys."""

import pytest

from common import seal_check, sealed_places
from common.crypto import KeyRing
from common.seal_check import SealCheck
from tests.common.test_crypto import ONE, TWO
from tests.common.test_fields import mail

pytestmark = pytest.mark.django_db


def test_each_key_is_remembered_once() -> None:
    for _ in range(2):
        seal_check.write_seal_checks(KeyRing.parse(f"{ONE},{TWO}"))
    assert SealCheck.objects.count() == 2


def test_a_row_opens_with_its_key_only() -> None:
    seal_check.write_seal_checks(KeyRing.parse(ONE))
    row = SealCheck.objects.get()
    assert row.opens(KeyRing.parse(f"{TWO},{ONE}"))
    assert not row.opens(KeyRing.parse(TWO))


def test_a_row_under_another_name_does_not_open() -> None:
    seal_check.write_seal_checks(KeyRing.parse(ONE))
    row = SealCheck.objects.get()
    row.key_name = "00000000"
    assert not row.opens(KeyRing.parse(ONE))


def test_the_keys_in_use_are_found_by_looking() -> None:
    assert sealed_places.names_in_use() == set()
    row = mail()
    row.save()
    assert sealed_places.names_in_use() == {row.body.key_name}
