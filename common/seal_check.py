"""A known text, sealed with each key: it shows if the configured keys belong to this database."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Substr

from common.crypto import FORMAT, CannotOpen, KeyRing
from common.fields import sealed_columns

KNOWN_TEXT = b"lockkeeper"
SEALED_IN_JSON = (("mfa_authenticator", "data", "secret"), ("mfa_authenticator", "data", "seed"))
"""Tables of libraries that keep a sealed text in a JSON column: table, column, key of the JSON."""


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


def names_in_use() -> set[str]:
    """The names of all keys that sealed a stored value."""
    return {name for names in _names_by_column() for name in names}


def _names_by_column() -> Iterator[set[str]]:
    for model, column in sealed_columns():
        if _has_column(model._meta.db_table, column):
            yield _names_in(model, column)
    for table, column, key in SEALED_IN_JSON:
        if _has_column(table, column):
            model = next(each for each in apps.get_models() if each._meta.db_table == table)
            yield _names_in(model, KeyTextTransform(key, column))


def _names_in(model: type[models.Model], sealed: str | KeyTextTransform) -> set[str]:
    start = len(FORMAT) + 2
    names = model._base_manager.annotate(
        sealed_with=Substr(sealed, start, 8, output_field=models.CharField())
    ).values_list("sealed_with", flat=True)
    return {name for name in names.order_by().distinct() if name}


def _has_column(table: str, column: str) -> bool:
    """False before the migration that adds the column has run."""
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return False
        found = connection.introspection.get_table_description(cursor, table)
    return column in {each.name for each in found}


def _context(key_name: str) -> tuple[str, ...]:
    return ("common_sealcheck", "value", key_name)
