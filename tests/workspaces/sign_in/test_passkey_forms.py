"""What a stranger writes in place of a browser's answer is refused in words; it is no fault."""

import json

import pytest
from django.test import Client

from tests import cast
from workspaces.models import User

pytestmark = pytest.mark.django_db
WHO = "AAAAAAAAAAAAAAAAAAAAAA"
WHOLE = {
    "id": WHO,
    "rawId": WHO,
    "type": "public-key",
    "clientExtensionResults": {},
    "response": {
        "clientDataJSON": WHO,
        "authenticatorData": WHO,
        "attestationObject": WHO,
        "signature": WHO,
        "userHandle": WHO,
    },
}


def changed(**response: object) -> str:
    return json.dumps({**WHOLE, "response": {**WHOLE["response"], **response}})  # type: ignore[dict-item]


ANSWERS = [
    *("", "{", "{}", "[]", "null", "1", '"text"', '{"response": []}', '{"response": null}'),
    json.dumps(WHOLE),
    json.dumps({**WHOLE, "rawId": 7}),
    json.dumps({**WHOLE, "id": "é" * 99}),
    json.dumps({**WHOLE, "type": "x"}),
    changed(clientDataJSON="bm90IGpzb24"),
    changed(clientDataJSON="e30"),
    changed(clientDataJSON=None),
    changed(authenticatorData=""),
    changed(attestationObject="oA"),
    changed(attestationObject="_w"),
    changed(userHandle="MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDA3"),
    changed(userHandle="__8"),
    changed(userHandle=[]),
    changed(userHandle=None),
]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_made_up_answer_signs_nobody_in(answer: str) -> None:
    cast.bob()
    browser = Client()
    begun = browser.get("/account/passkey/", headers={"accept": "application/json"})
    assert begun.json()["request_options"]["publicKey"]["userVerification"] == "required"
    refused = browser.post("/account/passkey/", {"credential": answer})
    assert refused.status_code == 302
    assert browser.get("/account/").status_code == 302


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_made_up_answer_adds_nothing(answer: str) -> None:
    browser = cast.client_for(cast.bob())
    browser.get("/account/factors/passkeys/add/")
    said = {"name": "Phone", "credential": answer}
    page = browser.post("/account/factors/passkeys/add/", said).content.decode()
    assert "This passkey was not accepted." in page
    assert 'value="Phone"' in page
    assert User.objects.get(pk=cast.bob().pk).second_factor_at is None
