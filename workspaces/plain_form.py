"""The base of every form: it refuses a token in each field that is not for a password."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from registry.providers.tokens_in_text import has_token

TOKEN_HERE = "This looks like a token: it belongs into Password."  # noqa: S105  # a sentence


class PlainForm(forms.Form):
    """A form whose plain fields hold no token: they are stored, shown and mailed in clear.

    A field that has one is empty when the page shows it again.
    """

    def _post_clean(self) -> None:
        """Django calls this after the fields and the form are checked."""
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        for name, field in self.fields.items():
            if not isinstance(field.widget, forms.PasswordInput) and has_token(self._typed(name)):
                self._refuse_token(name)

    def _typed(self, name: str) -> str:
        """The text that a person typed into the field."""
        widget, key = self.fields[name].widget, self.add_prefix(name)
        value: Any = widget.value_from_datadict(self.data, self.files, key)
        return "" if isinstance(value, UploadedFile) else str(value or "")

    def _refuse_token(self, name: str) -> None:
        """Replace the field's errors, because they may repeat what was typed, and empty it."""
        self.errors.pop(name, None)
        self.add_error(name, forms.ValidationError(TOKEN_HERE, code="token_in_plain_field"))
        emptied: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict or a dict
        emptied[self.add_prefix(name)] = ""
        self.data = emptied
