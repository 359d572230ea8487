"""A column whose values are sealed: loading a row never opens it, assigning never seals."""

from collections.abc import Iterator
from typing import Any, Never

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import Expression

from common.crypto import get_key_ring, key_name

MASK = "•••"


class Sealed:
    """A sealed value as a row holds it. It shows nothing; only :func:`open_sealed` opens it."""

    __slots__ = ("_stored",)

    def __init__(self, stored: str) -> None:
        self._stored = stored

    @property
    def key_name(self) -> str:
        """The name of the key that it is sealed with."""
        return key_name(self._stored)

    def __eq__(self, other: object) -> bool:
        """True for the very same ciphertext; the same secret sealed twice differs."""
        return isinstance(other, Sealed) and self._stored == other._stored

    def __hash__(self) -> int:
        return hash(self._stored)

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __copy__(self) -> "Sealed":
        return self

    def __deepcopy__(self, memo: object) -> "Sealed":
        return self

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError("a sealed value does not travel")


class _Attribute:
    """Guards the attribute of a model: it holds a :class:`Sealed` or nothing."""

    def __init__(self, field: "SealedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        return instance.__dict__[self.field.attname]

    def __set__(self, instance: models.Model, value: object) -> None:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.field.attname} takes a sealed value; call seal_into()")
        instance.__dict__[self.field.attname] = value


class SealedField(models.TextField):  # type: ignore[type-arg]  # not generic when run
    """Stores ``v1.<key name>.<token>``; the attribute is :class:`Sealed`."""

    descriptor_class = _Attribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, args, kwargs

    def get_default(self) -> None:
        """Nothing: a row without a sealed value does not save."""

    def from_db_value(self, value: str | None, expression: Expression, connection: Any) -> Any:
        """What a row holds, closed."""
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        """What a fixture holds, closed."""
        return Sealed(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """What the column takes."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.attname} stores sealed values only")
        return value._stored

    def value_to_string(self, obj: models.Model) -> str:
        """A dump holds the value as sealed as the row does."""
        sealed = self.value_from_object(obj)
        return "" if sealed is None else sealed._stored

    def get_lookup(self, lookup_name: str) -> Any:
        """Nothing can be looked up by what is sealed."""
        if lookup_name != "isnull":
            raise FieldError("A sealed column cannot be searched.")
        return super().get_lookup(lookup_name)


def seal_for(instance: models.Model, column: str, text: str) -> Sealed:
    """The text sealed for this column of this row, and for no other."""
    return Sealed(get_key_ring().seal(text.encode(), _context(instance, column)))


def seal_into(instance: models.Model, column: str, text: str) -> None:
    """Seal the text for this column of this row, and set it there; saving is the caller's."""
    setattr(instance, column, seal_for(instance, column, text))


def open_sealed(instance: models.Model, column: str) -> str:
    """The text sealed in this column of this row; raises :class:`common.crypto.CannotOpen`."""
    sealed = getattr(instance, column)
    if not isinstance(sealed, Sealed):
        raise TypeError(f"{column} holds nothing sealed")
    return get_key_ring().open(sealed._stored, _context(instance, column)).decode()


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every sealed column of the product, found by looking."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field.attname


def _context(instance: models.Model, column: str) -> tuple[str, ...]:
    """Where a value stands: table, column, row, and what the model adds (its workspace)."""
    if instance.pk is None:
        raise ValueError("a row needs its key before anything is sealed for it")
    extra: tuple[str, ...] = instance.seal_context() if hasattr(instance, "seal_context") else ()
    return (instance._meta.db_table, column, str(instance.pk), *extra)
