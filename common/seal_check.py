"""A known text, sealed with each key: it shows if the configured keys belong to this database."""

from django.db import models

from common.crypto import CannotOpen, KeyRing

KNOWN_TEXT = b"lockkeeper"


class SealCheck(models.Model):
    """One row for each key that sealed a value of this database."""

    key_name = models.CharField(primary_key=True, max_length=8)
    value = models.TextField()

    def __str__(self) -> str:
        return self.key_name

    def opens(self, ring: KeyRing) -> bool:
        """True if the ring has the key that sealed this row."""
        try:
            return ring.open(self.value, _context(self.key_name)) == KNOWN_TEXT
        except CannotOpen:
            return False


def write_seal_checks(ring: KeyRing) -> None:
    """Add a row for each key that has none yet."""
    known = set(SealCheck.objects.values_list("key_name", flat=True))
    for key in ring.single_keys():
        name = key.names[0]
        if name not in known:
            SealCheck.objects.get_or_create(
                key_name=name, defaults={"value": key.seal(KNOWN_TEXT, _context(name))}
            )


def _context(key_name: str) -> tuple[str, ...]:
    return ("common_sealcheck", "value", key_name)
