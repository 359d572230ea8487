"""A known text sealed with each key: it tells whether the keys given are those of this database."""

from collections.abc import Iterator

from django.db import connection, models
from django.db.models.functions import Substr

from common.crypto import FORMAT, CannotOpen, KeyRing
from common.fields import sealed_columns

KNOWN_TEXT = b"lockkeeper"


class SealCheck(models.Model):
    """One row for each key that ever sealed something here."""

    key_name = models.CharField(primary_key=True, max_length=8)
    value = models.TextField()

    def __str__(self) -> str:
        return self.key_name

    def opens(self, ring: KeyRing) -> bool:
        """Whether the ring has the very key that this row was sealed with."""
        try:
            return ring.open(self.value, _place(self.key_name)) == KNOWN_TEXT
        except CannotOpen:
            return False


def write_seal_checks(ring: KeyRing) -> None:
    """Write the row of each key that has none yet."""
    known = set(SealCheck.objects.values_list("key_name", flat=True))
    for key in ring.single_keys():
        name = key.names[0]
        if name not in known:
            SealCheck.objects.get_or_create(
                key_name=name, defaults={"value": key.seal(KNOWN_TEXT, _place(name))}
            )


def names_in_use() -> set[str]:
    """The names of all keys that some stored value is sealed with."""
    return {name for names in _names_by_column() for name in names}


def _names_by_column() -> Iterator[set[str]]:
    start = len(FORMAT) + 2
    for model, column in sealed_columns():
        if not _is_there(model._meta.db_table, column):
            continue
        names = model._base_manager.annotate(
            sealed_with=Substr(column, start, 8, output_field=models.CharField())
        ).values_list("sealed_with", flat=True)
        yield {name for name in names.order_by().distinct() if name}


def _is_there(table: str, column: str) -> bool:
    """Before a migration has run, the code may know columns that the database does not."""
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return False
        found = connection.introspection.get_table_description(cursor, table)
    return column in {each.name for each in found}


def _place(key_name: str) -> tuple[str, ...]:
    return ("common_sealcheck", "value", key_name)
