"""An identity provider on loopback, as strict as a real one, until a test makes it lie."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self
from urllib.parse import parse_qsl, quote_plus, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.servers.tls import Certificate
from tests.stand_ins.loopback import Loopback
from tests.stand_ins.wire import Answer, Incoming

CLIENT_ID = "lockkeeper-made-up"
CLIENT_SECRET = "made-up-client-secret/+ä-0123456789"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key of this name: the same one in all tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    """The same on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def as_jwk(key: Key, kid: str | None) -> dict[str, Any]:
    """The public half, as a provider publishes it."""
    if isinstance(key, rsa.RSAPrivateKey):
        found = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        found = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    found.pop("key_ops", None)
    return {**found, "use": "sig"} | ({"kid": kid} if kid else {})


@dataclass
class Question:
    """What the browser brought to the authorization endpoint."""

    sent: dict[str, str]
    claims: dict[str, Any]


@dataclass
class OpenIdProvider:
    """``claims`` are of whoever signs in there; all other fields are for lies."""

    tls: Certificate
    client_secret: str = CLIENT_SECRET
    access_token: str = "made-up-access"
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "carol-1"})
    user_info: dict[str, Any] | None = None
    keys: list[dict[str, Any]] = field(default_factory=lambda: [as_jwk(rsa_key("one"), "one")])
    document: dict[str, Any] = field(default_factory=dict)
    says: dict[str, Answer] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    came: list[Incoming] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._server = Loopback(self._handle, tls=self.tls)
        self._server.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.__exit__(*exception)

    @property
    def issuer(self) -> str:
        return self._server.url

    def asked(self, path: str) -> int:
        """How often this path was asked for."""
        return sum(one.path == path for one in self.came)

    def consent(self, url: str, **claims: Any) -> dict[str, str]:
        """What a person does there: sign in and agree. The parameters of the answer."""
        assert url.startswith(f"{self.issuer}/authorize?"), url
        sent = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_urlsafe(16)
        self.questions[code] = Question(sent, {**self.claims, **claims})
        return {"code": code, "state": sent["state"]}

    def token(self, claims: dict[str, Any]) -> str:
        """An id_token as it should be."""
        return jwt.encode(claims, rsa_key("one"), algorithm="RS256", headers={"kid": "one"})

    def _handle(self, incoming: Incoming) -> Answer:
        self.came.append(incoming)
        if incoming.path in self.says:
            return self.says[incoming.path]
        match incoming.path:
            case "/.well-known/openid-configuration":
                return _json(self._document())
            case "/keys":
                return _json({"keys": self.keys})
            case "/token":
                return self._tokens(incoming)
            case "/userinfo":
                return _json(self.user_info or {"sub": self.told.get("sub")})
        return Answer(404)

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            **self.document,
        }

    def _tokens(self, incoming: Incoming) -> Answer:
        form = dict(parse_qsl(incoming.body.decode()))
        question = self.questions.pop(form.get("code", ""), None)
        if not self._is_client(incoming, form):
            return _json({"error": "invalid_client"}, 401)
        if question is None or not _is_proof(question.sent, form):
            return _json({"error": "invalid_grant", "error_description": "made-up words"}, 400)
        now, self.told = int(time.time()), question.claims
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": question.sent["nonce"],
            **question.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        token = (self.sign or self.token)(claims)
        tokens = {"access_token": self.access_token, "token_type": "Bearer", "id_token": token}
        return _json(tokens)

    def _is_client(self, incoming: Incoming, form: dict[str, str]) -> bool:
        pair = f"{quote_plus(CLIENT_ID)}:{quote_plus(self.client_secret)}"
        basic = f"Basic {base64.b64encode(pair.encode()).decode()}"
        given = (form.get("client_id"), form.get("client_secret"))
        return incoming.header("Authorization") == basic or given == (CLIENT_ID, self.client_secret)


def _json(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), (("Content-Type", "application/json"),))


def _is_proof(sent: dict[str, str], form: dict[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    is_same_place = form.get("redirect_uri") == sent["redirect_uri"]
    return sent["code_challenge"] == challenge and is_same_place
