"""Every place of the database that holds sealed values: our columns, and JSON of libraries."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Substr

from common.crypto import FORMAT, KeyRing
from common.fields import Sealed, seal_context, sealed_columns, stored_text

SEALED_IN_JSON = (
    ("mfa_authenticator", "data", "secret", "user_id"),
    ("mfa_authenticator", "data", "seed", "user_id"),
)
"""Tables of libraries that keep a sealed text in a JSON column: table, column, key of the JSON,
and the column of the owner, whom the text is sealed for."""
AT_ONCE = 100


@dataclass(frozen=True)
class SealedRow:
    """A stored value: the key of its row, its text, and the context that it opens in."""

    pk: object
    text: str
    context: tuple[str, ...]


@dataclass(frozen=True)
class SealedPlace:
    """A column with sealed values; of a JSON column ``key`` and ``owner`` are set."""

    model: type[models.Model]
    column: str
    key: str = ""
    owner: str = ""

    @property
    def label(self) -> str:
        """``table.column``, and the key of the JSON."""
        return ".".join(filter(None, (self.model._meta.db_table, self.column, self.key)))

    def counts(self) -> Counter[str]:
        """How many values each key has sealed here, by the name of the key."""
        named = self._rows().order_by().values_list("sealed_with")
        return Counter(dict(named.annotate(count=models.Count("*"))))

    def other_than(self, name: str, *, after: object, most: int) -> list[SealedRow]:
        """The next rows in the order of their keys that another key has sealed."""
        rows = self._rows().exclude(sealed_with=name)
        return self._read(rows, after, most)

    def all_rows(self) -> Iterator[SealedRow]:
        """Every row in the order of the keys, a few at a time."""
        after: object = None
        while rows := self._read(self._rows(), after, AT_ONCE):
            yield from rows
            after = rows[-1].pk

    def swap(self, row: SealedRow, text: str) -> bool:
        """Store ``text`` if the row still has the value that was read. One statement decides.

        False: somebody has changed or deleted the row meanwhile.
        """
        if not self.key:
            mine = self.model._base_manager.annotate(stored=Cast(F(self.column), TextField()))
            changed = mine.filter(pk=row.pk, stored=row.text).update(**{self.column: Sealed(text)})
            return bool(changed)
        return self._swap_in_json(row, text)

    @transaction.atomic
    def _swap_in_json(self, row: SealedRow, text: str) -> bool:
        """The row is locked, because its JSON has values of others beside ours."""
        found = self.model._base_manager.select_for_update().filter(pk=row.pk).first()
        content = getattr(found, self.column, None) or {}
        if content.get(self.key) != row.text:
            return False
        self.model._base_manager.filter(pk=row.pk).update(
            **{self.column: {**content, self.key: text}}
        )
        return True

    def _rows(self) -> "models.QuerySet[models.Model]":
        text = KeyTextTransform(self.key, self.column) if self.key else F(self.column)
        name = Substr(text, len(FORMAT) + 2, 8, output_field=models.CharField())
        rows = self.model._base_manager.annotate(sealed_with=name)
        return rows.exclude(sealed_with=None)

    def _read(
        self, rows: "models.QuerySet[models.Model]", after: object, most: int
    ) -> list[SealedRow]:
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return [self._row(each) for each in rows.order_by("pk")[:most]]

    def _row(self, instance: models.Model) -> SealedRow:
        if self.key:
            owner = str(getattr(instance, self.owner))
            text = str(getattr(instance, self.column)[self.key])
            return SealedRow(instance.pk, text, (instance._meta.db_table, self.column, owner))
        return SealedRow(
            instance.pk, stored_text(instance, self.column), seal_context(instance, self.column)
        )


def sealed_places() -> Iterator[SealedPlace]:
    """Every place that the database has already; before a migration it may lack one."""
    tables = {*connection.introspection.table_names()}
    columns: dict[str, set[str]] = {}
    by_table = {each._meta.db_table: each for each in apps.get_models()}
    places = [SealedPlace(model, column) for model, column in sealed_columns()]
    places += [SealedPlace(by_table[table], *more) for table, *more in SEALED_IN_JSON]
    for place in places:
        table = place.model._meta.db_table
        if table not in columns:
            columns[table] = _columns_of(table) if table in tables else set()
        if place.column in columns[table]:
            yield place


def names_in_use() -> set[str]:
    """The names of all keys that sealed a stored value."""
    return {name for place in sealed_places() for name in place.counts()}


def opened(row: SealedRow, ring: KeyRing) -> bytes:
    """The plain bytes. Raises :class:`common.crypto.CannotOpen`."""
    return ring.open(row.text, row.context)


def _columns_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")  # noqa: S608
        return {name for name, *_ in cursor.description}
