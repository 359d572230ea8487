"""What is sealed opens with its key, in its place, whole; in no other way."""

import base64

import pytest
from cryptography.fernet import Fernet
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from common.crypto import EXAMPLE_KEY, BadKey, Key, KeyRing, NotGenuine, WrongKey, _BoundSigner

ONE = "7b1f0a92c4d3e8566f70819a2b3c4d5e0f1e2d3c4b5a69788796a5b4c3d2e1f0"
TWO = "c0ffee0123456789a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778f"
PLACE = ("credentials", "sealed", "5f0c8d2e", "workspace-1")
PLAIN = "made-up-password-ü-1".encode()


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
    with pytest.raises(NotGenuine):
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
    posing = KeyRing((Key(right.name, wrong.encrypting, wrong.signing),))
    with pytest.raises(NotGenuine):
        posing.open(sealed, PLACE)


def test_a_key_that_is_not_on_the_ring_is_named() -> None:
    with pytest.raises(WrongKey) as wrong:
        ring(TWO).open(ring(ONE).seal(PLAIN, PLACE), PLACE)
    assert wrong.value.key_name == ring(ONE).names[0]


@pytest.mark.parametrize(
    "old",
    [
        pytest.param("", id="nothing"),
        pytest.param("made-up-password-1", id="open text"),
        pytest.param(Fernet(Fernet.generate_key()).encrypt(b"x").decode(), id="a bare token"),
        pytest.param("v0.00000000.AAAA", id="an older form"),
        pytest.param("v1.0000000.AAAA", id="a short name"),
        pytest.param("v1.ABCDEF01.AAAA", id="a name in capitals"),
    ],
)
def test_what_has_another_form_does_not_open(old: str) -> None:
    with pytest.raises(NotGenuine):
        ring(ONE).open(old, PLACE)


def test_the_first_key_seals_and_every_key_opens() -> None:
    old = ring(ONE).seal(PLAIN, PLACE)
    both = ring(TWO, ONE)
    assert both.open(old, PLACE) == PLAIN
    assert both.seal(PLAIN, PLACE).split(".")[1] == ring(TWO).names[0]


def test_hex_and_base64_are_spellings_of_one_key() -> None:
    raw = bytes.fromhex(ONE)
    for spelled in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
        assert ring(spelled).names == ring(spelled.rstrip("=")).names == ring(ONE).names


@pytest.mark.parametrize(
    ("given_key", "says"),
    [
        pytest.param("", "No key", id="none"),
        pytest.param(" , ", "No key", id="commas only"),
        pytest.param("abcd", "3 bytes", id="short"),
        pytest.param(ONE[:-2], "bytes", id="one byte short"),
        pytest.param("not a key!", "bytes|neither", id="words"),
        pytest.param("!" * 44, "neither", id="signs"),
        pytest.param("aa" * 32, "same few bytes", id="all equal"),
        pytest.param("abcdef01" * 8, "same few bytes", id="a pattern"),
        pytest.param(EXAMPLE_KEY, "example", id="the documentation's example"),
        pytest.param(f"{ONE},abcd", "3 bytes", id="the second one short"),
    ],
)
def test_a_key_that_is_no_key_is_refused(given_key: str, says: str) -> None:
    with pytest.raises(BadKey, match=says) as refused:
        KeyRing.parse(given_key)
    assert len(given_key) < 3 or given_key not in str(refused.value)


def test_an_empty_key_never_becomes_the_secret_key() -> None:
    with pytest.raises(BadKey):
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
