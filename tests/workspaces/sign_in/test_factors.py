"""Second factors are sealed, work once, and are told to their person when they change."""

import threading
import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.db import connection

from common import sealed_places
from common.crypto import CannotOpen, NotGenuine, get_key_ring
from common.models import OutgoingMail
from tests import cast
from tests.common.test_crypto import TWO
from tests.workspaces.sign_in.apps import code_of, give_app
from workspaces.models import AuditEvent, User
from workspaces.rights.refusals import NotAllowed
from workspaces.sign_in import factors, totp

pytestmark = pytest.mark.django_db


def take(person: User, code: str) -> bool:
    return factors.take_code(person, code, caller=cast.CALLER) is not None


def subjects() -> list[str]:
    return list(OutgoingMail.objects.order_by("created_at").values_list("subject", flat=True))


def actions() -> list[str]:
    events = AuditEvent.objects.filter(action__startswith="accounts:factor:").order_by("seq")
    return list(events.values_list("action", flat=True))


def stored() -> str:
    return str(list(Authenticator.objects.values_list("data", flat=True)))


def test_the_code_of_an_app_works_once() -> None:
    seed, _ = give_app(cast.bob())
    assert not take(cast.bob(), "000000") or code_of(seed) == "000000"
    assert take(cast.bob(), code_of(seed))
    assert not take(cast.bob(), code_of(seed)), "the same code again"
    assert not take(cast.bob(), code_of(seed, steps=-1)), "an older one than the last"
    assert take(cast.bob(), code_of(seed, steps=1))


def test_the_code_that_added_the_app_is_used_up() -> None:
    seed = totp.new_seed()
    step = totp.step_of(seed, code_of(seed), now=time.time())
    assert step
    factors.add_app(cast.bob(), seed=seed, step=step, caller=cast.CALLER)
    assert not take(cast.bob(), code_of(seed))


def test_each_recovery_code_works_once_in_place_of_the_app() -> None:
    _, codes = give_app(cast.bob())
    assert len(codes) == len(set(codes)) == 10
    assert all(len(code) == 10 and code.isdigit() for code in codes)
    assert take(cast.bob(), codes[3])
    assert not take(cast.bob(), codes[3])
    assert factors.factors_of(cast.bob()).codes_left == 9
    assert subjects()[-1] == "A recovery code was used; 9 are left"
    assert actions()[-1] == "accounts:factor:use-code"


def test_nobody_elses_code_works() -> None:
    seed, codes = give_app(cast.bob())
    give_app(cast.mallory())
    assert not take(cast.mallory(), code_of(seed))
    assert not take(cast.mallory(), codes[0])


def test_neither_seed_nor_code_is_stored_in_clear() -> None:
    seed, codes = give_app(cast.bob())
    take(cast.bob(), codes[0])
    assert stored().count("'v1.") == 2
    for secret in (seed, *codes):
        assert secret not in stored()
    kept = str([*AuditEvent.objects.values(), *OutgoingMail.objects.values("subject")])
    assert seed not in kept
    assert codes[0] not in kept


@pytest.mark.parametrize("kind", ["totp", "recovery_codes"])
def test_a_sealed_seed_that_is_copied_to_another_account_does_not_open(kind: str) -> None:
    seed, codes = give_app(cast.mallory())
    give_app(cast.bob())
    mallorys = Authenticator.objects.get(user=cast.mallory(), type=kind)
    bobs = Authenticator.objects.get(user=cast.bob(), type=kind)
    bobs.data = mallorys.data
    bobs.save(update_fields=["data"])
    with pytest.raises(NotGenuine):
        take(cast.bob(), code_of(seed) if kind == "totp" else codes[0])


def test_a_seed_whose_key_is_missing_opens_for_nobody(settings: LazySettings) -> None:
    seed, _ = give_app(cast.bob())
    settings.LOCKKEEPER_KEYS = TWO
    with pytest.raises(CannotOpen):
        take(cast.bob(), code_of(seed))


@pytest.mark.parametrize("kind", ["totp", "recovery_codes"])
def test_the_start_of_a_process_knows_the_keys_of_factors(kind: str) -> None:
    give_app(cast.bob())
    OutgoingMail.objects.all().delete()
    Authenticator.objects.exclude(type=kind).delete()
    assert sealed_places.names_in_use() == {get_key_ring().names[0]}


def test_a_change_is_an_event_and_a_mail() -> None:
    give_app(cast.bob())
    factors.replace_codes(cast.bob(), caller=cast.CALLER)
    factors.remove_app(cast.bob(), caller=cast.CALLER)
    assert actions() == [
        "accounts:factor:add",
        "accounts:factor:codes",
        "accounts:factor:remove",
    ]
    assert subjects() == [
        "An authenticator app was added",
        "Your recovery codes were replaced",
        "An authenticator app was removed",
    ]
    assert {mail.to for mail in OutgoingMail.objects.all()} == {"bob@example.org"}


def test_new_recovery_codes_end_the_old_ones() -> None:
    _, old = give_app(cast.bob())
    new = factors.replace_codes(cast.bob(), caller=cast.CALLER)
    assert not set(new) & set(old)
    assert not take(cast.bob(), old[0])
    assert take(cast.bob(), new[0])


def test_recovery_codes_end_with_the_last_factor() -> None:
    _, codes = give_app(cast.bob())
    assert User.objects.get(pk=cast.bob().pk).second_factor_at
    assert factors.remove_app(cast.bob(), caller=cast.CALLER)
    assert not factors.remove_app(cast.bob(), caller=cast.CALLER)
    assert not Authenticator.objects.exists()
    assert User.objects.get(pk=cast.bob().pk).second_factor_at is None
    assert not take(cast.bob(), codes[0])
    with pytest.raises(NotAllowed):
        factors.replace_codes(cast.bob(), caller=cast.CALLER)


def test_a_second_app_is_refused() -> None:
    give_app(cast.bob())
    with pytest.raises(factors.HasApp):
        give_app(cast.bob())


def test_who_must_have_a_factor_keeps_the_last() -> None:
    give_app(cast.administrator())
    with pytest.raises(NotAllowed, match="You are an administrator, so you keep"):
        factors.remove_app(cast.administrator(), caller=cast.CALLER)
    assert Authenticator.objects.filter(type="totp").exists()


def test_who_is_in_an_organization_that_wants_one_keeps_the_last() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob())
    give_app(cast.bob())
    place.organization.requires_factor = True
    place.organization.save(update_fields=["requires_factor"])
    with pytest.raises(NotAllowed, match="Acme requires a second factor, so you keep"):
        factors.remove_app(cast.bob(), caller=cast.CALLER)


def test_a_reset_removes_everything_and_says_who_did_it() -> None:
    _, codes = give_app(cast.administrator())
    count = factors.reset_factors(cast.administrator(), actor=cast.alice(), caller=cast.CALLER)
    assert count == 1
    assert not Authenticator.objects.exists()
    assert not take(cast.administrator(), codes[0])
    event = AuditEvent.objects.get(action="accounts:factor:reset")
    assert (event.actor_id, event.target_id) == (cast.alice().pk, str(cast.administrator().pk))
    assert subjects()[-1] == "An administrator removed your second factors"
    assert factors.reset_factors(cast.administrator(), actor=None, caller=cast.CALLER) == 0


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_bring_the_same_code_one_gets_in() -> None:
    seed, _ = give_app(cast.bob())
    code, bob, won = code_of(seed), cast.bob(), []

    def bring() -> None:
        try:
            won.append(take(bob, code))
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 19 + [True]
