"""Codes of authenticator apps, at the edges of their window."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.workspaces.sign_in.apps import code_of
from workspaces.sign_in import totp

RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # appendix B of RFC 6238: 12345678901234567890
AT = 1_111_111_109.0


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2e10, "353130")],
)
def test_the_codes_are_those_of_the_standard(at: float, code: str) -> None:
    assert totp.step_of(RFC_SEED, code, now=at) == at // 30
    assert code_of(RFC_SEED, at=at) == code


@pytest.mark.parametrize(
    ("steps", "holds"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_holds_one_step_before_and_after(steps: int, holds: bool) -> None:
    found = totp.step_of(RFC_SEED, code_of(RFC_SEED, steps=steps, at=AT), now=AT)
    assert found == (int(AT) // 30 + steps if holds else None)


@pytest.mark.parametrize("late", [59.9, 60.0])
def test_the_window_ends_at_the_second(late: float) -> None:
    begin = float(int(AT) // 30 * 30)
    found = totp.step_of(RFC_SEED, code_of(RFC_SEED, at=begin), now=begin + late)
    assert (found is not None) == (late < 60)


@pytest.mark.parametrize("typed", ["", "08180", "0818044", "abcdef", "٠٨١٨٠٤", "-81804"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert totp.step_of(RFC_SEED, typed, now=AT) is None


def test_blanks_in_a_code_do_not_count() -> None:
    assert totp.step_of(RFC_SEED, " 081 804 ", now=AT) is not None


def test_an_app_reads_seed_account_and_issuer() -> None:
    parts = urlsplit(totp.url_for(RFC_SEED, "a+b@example.org"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path == "/Lockkeeper%3Aa%2Bb%40example.org"
    assert parse_qs(parts.query) == {"secret": [RFC_SEED], "issuer": ["Lockkeeper"]}


def test_a_new_seed_has_160_bits_and_is_shown_in_groups() -> None:
    seed = totp.new_seed()
    assert len(seed) == 32
    assert seed != totp.new_seed()
    assert totp.spaced(seed).replace(" ", "") == seed
    assert len(totp.spaced(seed).split()) == 8


def test_a_drawing_has_a_border_and_dark_squares() -> None:
    drawing = totp.drawing_of(totp.url_for(RFC_SEED, "alice@example.org"))
    assert drawing.size > 40
    assert drawing.path.startswith("M4 4h1v1h-1z")
    assert "M0 " not in drawing.path
