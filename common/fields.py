"""A model field for sealed values. Loading a row opens nothing; assigning seals nothing."""

from collections.abc import Iterator
from typing import Any, Never

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.expressions import Expression

from common.crypto import get_key_ring, key_name

MASK = "•••"


class Sealed:
    """A sealed value of a row. Its text is a mask; only :func:`open_sealed` opens it."""

    __slots__ = ("_stored",)

    def __init__(self, stored: str) -> None:
        self._stored = stored

    @property
    def key_name(self) -> str:
        """The name of the key that sealed it."""
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
        raise TypeError("a sealed value cannot be pickled")


class _Attribute:
    """The attribute of the model: accepts a :class:`Sealed` or None, nothing else."""

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
    """Stores ``v1.<key name>.<token>``; the attribute is a :class:`Sealed`."""

    descriptor_class = _Attribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, args, kwargs

    def get_default(self) -> None:
        """No default: a row without a sealed value cannot be saved."""

    def from_db_value(self, value: str | None, expression: Expression, connection: Any) -> Any:
        """The value of a row, still sealed."""
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        """The value of a fixture, still sealed."""
        return Sealed(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"{self.attname} stores sealed values only")
        return value._stored

    def value_to_string(self, obj: models.Model) -> str:
        """A dump contains the value sealed, as the row does."""
        sealed = self.value_from_object(obj)
        return "" if sealed is None else sealed._stored

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse each lookup but ``isnull``: sealed text cannot be compared."""
        if lookup_name != "isnull":
            raise FieldError("A sealed column cannot be searched.")
        return super().get_lookup(lookup_name)


def seal_for(instance: models.Model, column: str, text: str) -> Sealed:
    """The text sealed for this column of this row, and for no other."""
    return Sealed(get_key_ring().seal(text.encode(), seal_context(instance, column)))


def seal_into(instance: models.Model, column: str, text: str) -> None:
    """Seal the text for this column of this row and set the attribute. The caller saves."""
    setattr(instance, column, seal_for(instance, column, text))


def open_sealed(instance: models.Model, column: str) -> str:
    """Open this column of this row. Raises :class:`common.crypto.CannotOpen`."""
    sealed = getattr(instance, column)
    if not isinstance(sealed, Sealed):
        raise TypeError(f"{column} has no sealed value")
    return get_key_ring().open(sealed._stored, seal_context(instance, column)).decode()


def stored_text(instance: models.Model, column: str) -> str:
    """The value of this column as the row holds it: still sealed."""
    sealed = getattr(instance, column)
    return sealed._stored if isinstance(sealed, Sealed) else ""


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every sealed column of the installed models."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field.attname


def seal_context(instance: models.Model, column: str) -> tuple[str, ...]:
    """The context of a value: table, column, row, and what the model adds (its workspace)."""
    if instance.pk is None:
        raise ValueError("a row needs its primary key before a value is sealed for it")
    extra: tuple[str, ...] = instance.seal_context() if hasattr(instance, "seal_context") else ()
    return (instance._meta.db_table, column, str(instance.pk), *extra)
