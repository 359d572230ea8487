"""Check digits of GitLab's routable tokens."""

import zlib

import pytest

from registry.providers.gitlab.checksum import check_digits, is_damaged_routable_token

BODY = "glpat-MADEUPmadeupMADEUPmadeupMADE.01.0w"
WHOLE = BODY + check_digits(BODY)


def test_check_digits_are_the_crc_in_base_36() -> None:
    assert int(check_digits(BODY), 36) == zlib.crc32(BODY.encode())
    assert len(check_digits("")) == 7


@pytest.mark.parametrize(
    ("token", "damaged"),
    [
        (WHOLE, False),
        (WHOLE.replace("MADEUP", "MADEUB", 1), True),
        (WHOLE[:-1], True),
        (WHOLE[:-3], True),
        ("SIE-" + WHOLE, True),  # the digits cover the prefix too
        (BODY.replace(".01.", ".") + check_digits(BODY.replace(".01.", ".")), False),
        ("glpat-MADEUPMADEUPMADEUP12", False),
        ("made-up-password", False),
        ("", False),
    ],
)
def test_a_damaged_token_is_recognized(token: str, damaged: bool) -> None:
    assert is_damaged_routable_token(token) is damaged
