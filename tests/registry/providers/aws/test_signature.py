"""AWS Signature Version 4, with the test vectors that AWS published."""

from datetime import UTC, datetime

import pytest

from registry.providers.aws.signature import Unsigned, sign
from registry.secret import Secret

NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
KEY_ID = "AKIDEXAMPLE"
SECRET_KEY = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def request(method: str, *headers: tuple[str, str], body: bytes = b"") -> Unsigned:
    return Unsigned(
        "example.amazonaws.com", "us-east-1", "service", method, headers=headers, body=body
    )


# From the Signature Version 4 test suite of the AWS General Reference, with its names.
VECTORS = {
    "get-vanilla": (
        request("GET"),
        "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "post-vanilla": (
        request("POST"),
        "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    "get-header-key-duplicate": (
        request("GET", ("My-Header1", "value2,value2,value1")),
        "host;my-header1;x-amz-date",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    ),
    "get-header-value-trim": (
        request("GET", ("My-Header1", " value1"), ("My-Header2", ' "a   b   c"')),
        "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    "post-x-www-form-urlencoded": (
        request("POST", FORM, body=b"Param1=value1"),
        "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_a_published_vector_is_met(name: str) -> None:
    asked, signed, signature = VECTORS[name]
    fields = dict(sign(asked, KEY_ID, SECRET_KEY, NOW).fields)
    assert fields["X-Amz-Date"].reveal() == "20150830T123600Z"
    assert fields["Authorization"].reveal() == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={signed}, Signature={signature}"
    )


def test_what_is_sent_holds_no_key_and_repeats_no_content_type() -> None:
    fields = sign(request("POST", FORM, ("X-Amz-Target", "Made.Up")), KEY_ID, SECRET_KEY, NOW)
    assert [name for name, _ in fields.fields] == ["Authorization", "X-Amz-Date", "X-Amz-Target"]
    assert all(SECRET_KEY.reveal() not in value.reveal() for _, value in fields.fields)


def test_another_secret_another_moment_another_region_sign_otherwise() -> None:
    asked = request("POST")
    elsewhere = Unsigned("example.amazonaws.com", "eu-west-1", "service")
    later = NOW.replace(hour=13)
    proofs = {
        sign(one, KEY_ID, key, now).fields[0][1].reveal()[-64:]
        for one, key, now in (
            (asked, SECRET_KEY, NOW),
            (asked, Secret("made-up"), NOW),
            (asked, SECRET_KEY, later),
            (elsewhere, SECRET_KEY, NOW),
        )
    }
    assert len(proofs) == 4
