"""Sealing: a ring of named keys that uses the cipher and signer of ``django_cryptography``."""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes
from django_cryptography.core.signing import BadSignature, FernetSigner
from django_cryptography.utils.crypto import FernetBytes, InvalidToken

PRODUCT = "lockkeeper"
FORMAT = "v1"
KEY_BYTES = 32
NAME = re.compile(r"[0-9a-f]{8}")
# The key that the documentation shows. It is public, so it is refused.
EXAMPLE_KEY = bytes(range(KEY_BYTES)).hex()


class BadKey(ValueError):
    """A key that must not be used. The text is a sentence for the operator, without the key."""


class CannotOpen(Exception):
    """A sealed value could not be opened."""


class WrongKey(CannotOpen):
    """The value was sealed with a key that is not on the ring."""

    def __init__(self, key_name: str) -> None:
        super().__init__(f"sealed with key {key_name}, which is not on the ring")
        self.key_name = key_name


class NotGenuine(CannotOpen):
    """The value was changed, cut, or sealed for another context."""


class _BoundSigner(FernetSigner):
    """Signs a value together with its context: its table, column, row and workspace."""

    def __init__(self, key: bytes, context: bytes) -> None:
        if not key:
            raise BadKey("A signing key is empty.")  # the package would use SECRET_KEY instead
        super().__init__(key)
        self.context = context

    def signature(self, value: bytes | str) -> bytes:
        signed: bytes = super().signature(self.context + force_bytes(value))
        return signed


@dataclass(frozen=True, repr=False)
class Key:
    """One key of the ring. HKDF derives its four parts; ``name`` reveals nothing about it."""

    name: str
    encrypting: bytes
    signing: bytes
    digesting: bytes

    @classmethod
    def of(cls, raw: bytes) -> "Key":
        """The key derived from these 32 bytes."""
        return cls(
            name=_derived(raw, "name", 4).hex(),
            encrypting=_derived(raw, "encrypt", 32),
            signing=_derived(raw, "sign", 32),
            digesting=_derived(raw, "digest", 32),
        )

    def cipher(self, context: tuple[str, ...]) -> FernetBytes:
        """A cipher whose values open in this context only."""
        joined = _joined((PRODUCT, FORMAT, *context, self.name))
        return FernetBytes(self.encrypting, _BoundSigner(self.signing, joined))

    def __repr__(self) -> str:
        return f"<Key {self.name}>"


class KeyRing:
    """Keys, newest first. The first key seals; each key opens the values that carry its name."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        if not keys:
            raise BadKey("No key is given.")
        self._keys = {key.name: key for key in keys}
        self._newest = keys[0]

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """The ring for keys separated by commas or blanks, each 32 bytes in hex or base64.

        Raises :class:`BadKey` with a sentence for the operator.
        """
        return cls(tuple(Key.of(_raw(word)) for word in text.replace(",", " ").split()))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the keys, newest first."""
        return tuple(self._keys)

    def single_keys(self) -> tuple["KeyRing", ...]:
        """One ring for each key, newest first."""
        return tuple(KeyRing((key,)) for key in self._keys.values())

    def seal(self, plain: bytes, context: tuple[str, ...]) -> str:
        """``v1.<key name>.<token>``, which opens in the same context only."""
        token = self._newest.cipher(context).encrypt(plain)
        return f"{FORMAT}.{self._newest.name}.{_encoded(token)}"

    def digest(self, label: str, parts: tuple[str, ...]) -> str:
        """A keyed digest (hex) of these parts. Digests of two labels have different keys."""
        key = _derived(self._newest.digesting, label, KEY_BYTES)
        return hmac.new(key, _joined(parts), "sha256").hexdigest()

    def open(self, sealed: str, context: tuple[str, ...]) -> bytes:
        """The plain bytes; raises :class:`WrongKey` or :class:`NotGenuine`."""
        name, token = _parts(sealed)
        if name not in self._keys:
            raise WrongKey(name)
        try:
            plain: bytes = self._keys[name].cipher(context).decrypt(token)
        except (BadSignature, InvalidToken, ValueError):
            raise NotGenuine("changed, cut, or sealed for another context") from None
        return plain


def get_key_ring() -> KeyRing:
    """The key ring of this process. Raises :class:`BadKey` if a key must not be used."""
    return _ring(settings.LOCKKEEPER_KEYS)


@lru_cache(maxsize=4)
def _ring(text: str) -> KeyRing:
    return KeyRing.parse(text)


def key_name(sealed: str) -> str:
    """The name of the key that sealed a value. Raises :class:`NotGenuine`."""
    return _parts(sealed)[0]


def _raw(word: str) -> bytes:
    try:
        raw = bytes.fromhex(word) if len(word) == 2 * KEY_BYTES else _from_base64(word)
    except (ValueError, binascii.Error):
        raise BadKey("A key is neither hex nor base64.") from None
    if len(raw) != KEY_BYTES:
        raise BadKey(f"A key has {len(raw)} bytes; it must have {KEY_BYTES}.")
    if len(set(raw)) < 8:
        raise BadKey("A key repeats the same few bytes; it must be random.")
    if hmac.compare_digest(raw, bytes.fromhex(EXAMPLE_KEY)):
        raise BadKey("A key is the example of the documentation, which everybody knows.")
    return raw


def _from_base64(word: str) -> bytes:
    padded = word.rstrip("=") + "=" * (-len(word.rstrip("=")) % 4)
    return base64.b64decode(padded, altchars=b"-_" if {*"-_"} & {*word} else None, validate=True)


def _derived(raw: bytes, purpose: str, length: int) -> bytes:
    info = f"{PRODUCT} {FORMAT} {purpose}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(raw)


def _joined(parts: tuple[str, ...]) -> bytes:
    """An unambiguous encoding: the number of parts, then each part after its length."""
    encoded = [part.encode() for part in parts]
    return len(parts).to_bytes(4) + b"".join(len(part).to_bytes(4) + part for part in encoded)


def _encoded(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def _parts(sealed: str) -> tuple[str, bytes]:
    form, _, rest = sealed.partition(".")
    name, _, text = rest.partition(".")
    if form != FORMAT or not NAME.fullmatch(name):
        raise NotGenuine("not in a known format")
    try:
        token = _from_base64(text)
    except (ValueError, binascii.Error):
        raise NotGenuine("not in a known format") from None
    if _encoded(token) != text:  # each token has exactly one encoding
        raise NotGenuine("not in a known format")
    return name, token
