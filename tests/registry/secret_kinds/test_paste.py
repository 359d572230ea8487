"""Pasted passwords: what is corrected, what is refused, and that no error contains them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.secret import Secret
from registry.secret_kinds.paste import MAX_BYTES, Paste, PasteError, read_paste
from registry.words.message import Message
from tests.registry.rows import Row, each

PASTED = st.text(
    st.sampled_from('ab1-\n\r \t\x00{}":,\u200b\ud800ß') | st.characters(), max_size=60
)


@each("pastes", "kept")
def test_a_paste_is_kept(row: Row) -> None:
    paste = read_paste(row["pasted"])
    assert paste.secret.reveal() == row["secret"]
    assert [note.key for note in paste.notes] == row["notes"]


@each("pastes", "refused")
def test_a_paste_is_refused_with_its_own_sentence(row: Row) -> None:
    with pytest.raises(PasteError) as refusal:
        read_paste(row["pasted"])
    assert refusal.value.message.key == row["error"]
    assert refusal.value.message.text()


def key_file(size: int) -> str:
    return '{"a":\n"' + "b" * (size - 9) + '"}'


@pytest.mark.parametrize("made", [lambda size: "ab" * (size // 2 - 1) + "xy", key_file])
def test_64_kib_are_kept_and_one_byte_more_is_refused(made: object) -> None:
    assert callable(made)
    assert len(read_paste(made(MAX_BYTES)).secret.reveal()) == MAX_BYTES
    with pytest.raises(PasteError) as refusal:
        read_paste(made(MAX_BYTES) + "z")
    assert refusal.value.message.key == "paste_long"


def test_the_limit_counts_bytes_not_letters() -> None:
    with pytest.raises(PasteError) as refusal:
        read_paste("ß" * (MAX_BYTES // 2) + "x")
    assert refusal.value.message.key == "paste_long"


@each("pastes", "refused")
def test_a_refusal_never_holds_the_text(row: Row) -> None:
    with pytest.raises(PasteError) as refusal:
        read_paste(row["pasted"])
    said = f"{refusal.value!r} {refusal.value} {refusal.value.__dict__} {refusal.value.__cause__}"
    assert "made" not in said.lower()
    assert "glpat" not in said
    assert refusal.value.__context__ is None


def test_a_paste_prints_as_dots() -> None:
    assert "made-up" not in f"{read_paste('made-up-password-1')!r}"


@given(PASTED)
def test_what_is_kept_is_kept_again_without_a_note(text: str) -> None:
    try:
        paste = read_paste(text)
    except PasteError:
        return
    kept = paste.secret.reveal()
    assert kept
    assert kept in text
    assert read_paste(kept) == Paste(Secret(kept))
    assert "\x00" not in kept
    assert kept.startswith("{") or not set(kept) & set("\r\n\t")


@given(st.text("abcdef0123456789-", min_size=12, max_size=40), st.sampled_from(["", "\n", "\r\n"]))
def test_anything_of_twelve_signs_pasted_twice_is_noticed(once: str, between: str) -> None:
    with pytest.raises(PasteError) as refusal:
        read_paste(once + between + once)
    assert refusal.value.message == Message.of("paste_twice")


@pytest.mark.parametrize("sign", ["{", "a", "\n", " ", '{"a":', '"', "{\\", "bearer "])
def test_two_megabytes_are_refused_at_once(sign: str) -> None:
    start = time.thread_time()
    with pytest.raises(PasteError):
        read_paste(sign * (2_000_000 // len(sign)))
    assert time.thread_time() - start < 1
