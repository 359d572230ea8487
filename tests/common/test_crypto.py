"""What is sealed opens with its key, in its place, whole; in no other way."""

import base64
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from common.crypto import (
    EXAMPLE_KEY,
    BadKey,
    Key,
    KeyRing,
    NotGenuine,
    WrongKey,
    _BoundSigner,
    key_name,
)

ONE = "7b1f0a92c4d3e8566f70819a2b3c4d5e0f1e2d3c4b5a69788796a5b4c3d2e1f0"
TWO = "c0ffee0123456789a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778f"
PLACE = ("credentials", "sealed", "5f0c8d2e", "workspace-1")
PLAIN = "made-up-password-ü-1".encode()
STORED = (
    "v1.da646833.gAAAAABrDQItNKpG1q_W9H_CjAxkHABrB7jyRo8vdju7u5qP9F47fKDwGKcO"
    "Lq69nU87TTNlyWlH61dgBX_KVdvK_RdKayc0On2rX78PhqxkGjKvFBCcwts"
)
"""PLAIN, sealed in PLACE with the key ONE."""
SPELLED_WITH_SIGNS = "1bda02b225436348eaeca2e5fd7264f08ae21ff16a48e551f139d9bf5fabee30"


def ring(*keys: str) -> KeyRing:
    return KeyRing.parse(",".join(keys))


def test_a_sealed_value_opens_in_its_place() -> None:
    sealed = ring(ONE).seal(PLAIN, PLACE)
    assert ring(ONE).open(sealed, PLACE) == PLAIN
    assert PLAIN not in sealed.encode()


@given(plain=st.binary(max_size=500), place=st.lists(st.text(max_size=20), max_size=5))
def test_whatever_is_sealed_comes_back(plain: bytes, place: list[str]) -> None:
    sealed = ring(ONE).seal(plain, tuple(place))
    assert ring(ONE).open(sealed, tuple(place)) == plain


def test_sealing_twice_never_gives_the_same_text() -> None:
    assert ring(ONE).seal(PLAIN, PLACE) != ring(ONE).seal(PLAIN, PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(("trials", *PLACE[1:]), id="another table"),
        pytest.param((PLACE[0], "notes", *PLACE[2:]), id="another column"),
        pytest.param((*PLACE[:2], "99999999", PLACE[3]), id="another row"),
        pytest.param((*PLACE[:3], "workspace-2"), id="another workspace"),
        pytest.param(PLACE[:3], id="no workspace"),
        pytest.param((*PLACE, ""), id="one part more"),
        pytest.param(("credentialss", "ealed", *PLACE[2:]), id="the border moved"),
        pytest.param(PLACE[::-1], id="another order"),
    ],
)
def test_a_value_that_was_moved_does_not_open(elsewhere: tuple[str, ...]) -> None:
    with pytest.raises(NotGenuine, match=r"^changed, cut, or sealed for another context$"):
        ring(ONE).open(ring(ONE).seal(PLAIN, PLACE), elsewhere)


def test_no_changed_byte_goes_unseen() -> None:
    sealed = ring(ONE).seal(PLAIN, PLACE)
    for at, letter in enumerate(sealed):
        for bit in range(7):
            changed = sealed[:at] + chr(ord(letter) ^ (1 << bit)) + sealed[at + 1 :]
            with pytest.raises((NotGenuine, WrongKey)):
                ring(ONE).open(changed, PLACE)


def test_no_changed_byte_of_the_token_itself_goes_unseen() -> None:
    head, _, text = ring(ONE).seal(PLAIN, PLACE).rpartition(".")
    token = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for at in range(len(token)):
        changed = bytearray(token)
        changed[at] ^= 1
        again = base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("=")
        with pytest.raises(NotGenuine):
            ring(ONE).open(f"{head}.{again}", PLACE)


def test_no_cut_goes_unseen() -> None:
    sealed = ring(ONE).seal(PLAIN, PLACE)
    for length in range(len(sealed)):
        with pytest.raises(NotGenuine):
            ring(ONE).open(sealed[:length], PLACE)


@pytest.mark.parametrize("more", ["=", "==", ".", "A", "\n", " "])
def test_nothing_can_be_hung_on(more: str) -> None:
    with pytest.raises(NotGenuine):
        ring(ONE).open(ring(ONE).seal(PLAIN, PLACE) + more, PLACE)


def test_another_key_under_the_same_name_does_not_open() -> None:
    right, wrong = Key.of(bytes.fromhex(ONE)), Key.of(bytes.fromhex(TWO))
    sealed = KeyRing((right,)).seal(PLAIN, PLACE)
    posing = KeyRing((Key(right.name, wrong.encrypting, wrong.signing, wrong.digesting),))
    with pytest.raises(NotGenuine):
        posing.open(sealed, PLACE)


def test_a_digest_differs_by_key_by_label_and_by_part() -> None:
    known = ring(ONE).digest("refused login", ("ab", "c"))
    assert known == ring(ONE).digest("refused login", ("ab", "c"))
    others = {
        ring(TWO).digest("refused login", ("ab", "c")),
        ring(ONE).digest("another use", ("ab", "c")),
        ring(ONE).digest("refused login", ("a", "bc")),
        ring(ONE).digest("refused login", ("abc",)),
    }
    assert len({known, *others}) == 5


def test_a_key_that_is_not_on_the_ring_is_named() -> None:
    with pytest.raises(WrongKey) as wrong:
        ring(TWO).open(ring(ONE).seal(PLAIN, PLACE), PLACE)
    name = ring(ONE).names[0]
    assert wrong.value.key_name == name
    assert str(wrong.value) == f"sealed with key {name}, which is not on the ring"


@pytest.mark.parametrize(
    "old",
    [
        pytest.param("", id="nothing"),
        pytest.param("made-up-password-1", id="open text"),
        pytest.param(Fernet(Fernet.generate_key()).encrypt(b"x").decode(), id="a bare token"),
        pytest.param("v0.00000000.AAAA", id="an older form"),
        pytest.param("v1.0000000.AAAA", id="a short name"),
        pytest.param("v1.ABCDEF01.AAAA", id="a name in capitals"),
        pytest.param("v1.00000000.A", id="a token that base64 cannot have"),
        pytest.param("v1.00000000.AB", id="a token with bits that nobody reads"),
    ],
)
def test_what_has_another_form_does_not_open(old: str) -> None:
    with pytest.raises(NotGenuine, match=r"^not in a known format$"):
        ring(ONE).open(old, PLACE)


@pytest.mark.parametrize("token", ["AAAA", "AA", "AAA", "AAAX", "-_-_"])
def test_the_name_of_the_key_is_read_without_the_key(token: str) -> None:
    assert key_name(f"v1.0123abcd.{token}") == "0123abcd"


def test_a_value_of_an_older_release_opens() -> None:
    """The form of stored values, with all that is derived: it changes only with a new name."""
    assert ring(ONE).names == ("da646833",)
    assert ring(ONE).open(STORED, PLACE) == PLAIN


def test_a_key_with_the_wrong_half_does_not_open() -> None:
    """Each half is needed: neither the signature alone nor the cipher alone opens a value."""
    right, wrong = Key.of(bytes.fromhex(ONE)), Key.of(bytes.fromhex(TWO))
    sealed = KeyRing((right,)).seal(PLAIN, PLACE)
    for half in (
        replace(right, encrypting=wrong.encrypting),
        replace(right, signing=wrong.signing),
    ):
        with pytest.raises(NotGenuine):
            KeyRing((half,)).open(sealed, PLACE)


def test_every_key_of_a_ring_can_be_taken_alone() -> None:
    both = ring(TWO, ONE)
    assert [alone.names for alone in both.single_keys()] == [ring(TWO).names, ring(ONE).names]


def test_the_first_key_seals_and_every_key_opens() -> None:
    old = ring(ONE).seal(PLAIN, PLACE)
    both = ring(TWO, ONE)
    assert both.open(old, PLACE) == PLAIN
    assert both.seal(PLAIN, PLACE).split(".")[1] == ring(TWO).names[0]


def test_hex_and_base64_are_spellings_of_one_key() -> None:
    raw = bytes.fromhex(SPELLED_WITH_SIGNS)
    plain, for_links = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()
    assert {"+", "/", "X"} <= set(plain)
    for spelled in (plain, for_links):
        assert ring(spelled).names == ring(spelled.rstrip("=")).names
        assert ring(spelled).names == ring(SPELLED_WITH_SIGNS).names


FEW = "A key repeats the same few bytes; it must be random."
NOT_SPELLED = "A key is neither hex nor base64."


@pytest.mark.parametrize(
    ("given_key", "says"),
    [
        pytest.param("", "No key is given.", id="none"),
        pytest.param(" , ", "No key is given.", id="commas only"),
        pytest.param("abcd", "A key has 3 bytes; it must have 32.", id="short"),
        pytest.param(ONE[:-2], "A key has 46 bytes; it must have 32.", id="one byte short"),
        pytest.param("not a key!", "A key has 2 bytes; it must have 32.", id="words"),
        pytest.param("!" * 44, NOT_SPELLED, id="signs"),
        pytest.param("g" * 64, NOT_SPELLED, id="as long as hex, and none"),
        pytest.param("aa" * 32, FEW, id="all equal"),
        pytest.param("abcdef01" * 8, FEW, id="a pattern"),
        pytest.param("01020304050607" + "07" * 25, FEW, id="seven bytes"),
        pytest.param(
            EXAMPLE_KEY,
            "A key is the example of the documentation, which everybody knows.",
            id="the documentation's example",
        ),
        pytest.param(
            f"{ONE},abcd", "A key has 3 bytes; it must have 32.", id="the second one short"
        ),
    ],
)
def test_a_key_that_is_no_key_is_refused(given_key: str, says: str) -> None:
    with pytest.raises(BadKey) as refused:
        KeyRing.parse(given_key)
    assert str(refused.value) == says
    assert len(given_key) < 3 or given_key not in str(refused.value)


def test_eight_different_bytes_are_enough() -> None:
    assert ring("0102030405060708" + "08" * 24).names


def test_an_empty_key_never_becomes_the_secret_key() -> None:
    with pytest.raises(BadKey, match=r"^A signing key is empty\.$"):
        _BoundSigner(b"", b"place")
    with pytest.raises(BadKey):
        KeyRing(())


def test_a_key_tells_nothing_of_itself() -> None:
    key = Key.of(bytes.fromhex(ONE))
    shown = f"{key!r} {key} {[key]}"
    assert key.name not in ONE
    assert ONE not in shown
    assert key.encrypting.hex() not in shown
    assert repr(key.signing) not in shown
    assert key.encrypting != key.signing


def test_the_secret_key_has_no_part_in_it(settings: LazySettings) -> None:
    sealed = ring(ONE).seal(PLAIN, PLACE)
    settings.SECRET_KEY = "another-made-up-secret-key-" * 3
    assert ring(ONE).open(sealed, PLACE) == PLAIN
