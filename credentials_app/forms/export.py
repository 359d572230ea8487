"""The form that makes a file with secrets."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials_app.exports.files import FileFormat, SecretPlace, kubernetes_name
from credentials_app.exports.recipes import FILE_TITLES
from credentials_app.models import Credential
from credentials_app.serving import Wish
from workspaces.plain_form import PlainForm

SUBDOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
PLAIN = {"autocomplete": "off", "spellcheck": "false", "class": "mono", "autocapitalize": "none"}


class ExportForm(PlainForm):
    """The kind of file, the names of a Kubernetes secret, and whether credentials may push."""

    kind = forms.ChoiceField(
        label=_("File"),
        choices=[(kind.value, title) for kind, title in FILE_TITLES.items()],
        error_messages={
            "required": _("Choose a file."),
            "invalid_choice": _("Choose one of these files."),
        },
        widget=forms.RadioSelect,
    )
    secret_name = forms.CharField(
        label=_("Name of the secret, for Kubernetes"),
        required=False,
        max_length=253,
        help_text=_("Pods name it in imagePullSecrets."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    namespace = forms.CharField(
        label=_("Namespace, for Kubernetes"),
        required=False,
        max_length=63,
        help_text=_("That of the pods. Empty: the one of kubectl apply."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    with_push = forms.BooleanField(label=_("Also those that may push"), required=False)

    def __init__(self, rows: Sequence[Credential], data: Any = None) -> None:
        name = kubernetes_name(rows[0].name) if len(rows) == 1 else "regcred"
        super().__init__(data, initial={"kind": FileFormat.DOCKER.value, "secret_name": name})
        self.pushing = [row.name for row in rows if row.push]

    def clean_secret_name(self) -> str:
        """A name that Kubernetes takes. Other files have none."""
        if not self._is_for_kubernetes:
            return ""
        name: str = self.cleaned_data["secret_name"] or "regcred"
        if not SUBDOMAIN.fullmatch(name):
            raise forms.ValidationError(
                _(
                    "Use lower-case letters, digits, hyphens and dots; begin and end with a letter "
                    "or digit."
                )
            )
        return name

    def clean_namespace(self) -> str:
        """A namespace that Kubernetes takes, or none. Other files have none."""
        if not self._is_for_kubernetes:
            return ""
        name: str = self.cleaned_data["namespace"]
        if name and not LABEL.fullmatch(name):
            raise forms.ValidationError(
                _(
                    "Use lower-case letters, digits and hyphens; begin and end with a letter or "
                    "digit."
                )
            )
        return name

    @property
    def _is_for_kubernetes(self) -> bool:
        return self.cleaned_data.get("kind") == FileFormat.KUBERNETES.value

    @property
    def place(self) -> SecretPlace:
        """Name and namespace of the secret."""
        return SecretPlace(self.cleaned_data["secret_name"], self.cleaned_data["namespace"])

    @property
    def wish(self) -> Wish:
        """Push if the person asks for credentials that may push, too."""
        return Wish.PUSH if self.cleaned_data["with_push"] else Wish.PULL
