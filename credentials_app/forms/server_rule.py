"""The form of a server rule: plain http, or the server's own certificates."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credentials_app.forms.fields import ServerField
from credentials_app.models import ServerRule
from credentials_app.services.certificates import MOST_BYTES
from credentials_app.services.errors import CertificatesRefused
from registry.addresses.origins import Origin
from workspaces.plain_form import PlainForm


class BareServerField(ServerField):
    """A server with or without scheme; the form adds the scheme."""

    def clean(self, value: str | None) -> Origin:  # type: ignore[override]
        return super().clean(value).origin


class ServerRuleForm(PlainForm):
    """One server, and what the workspace allows for it."""

    server = BareServerField(help_text=_("Host and port, as in the credentials that use it."))
    allow_http = forms.BooleanField(label=_("Allow plain http"), required=False)
    ca_pem = forms.CharField(
        label=_("Certificates of its authority (PEM)"),
        required=False,
        help_text=_("Trusted for this server only, besides the public authorities."),
        widget=forms.Textarea(
            attrs={
                "rows": 6,
                "class": "mono",
                "spellcheck": "false",
                "placeholder": "-----BEGIN CERTIFICATE-----",
            }
        ),
    )
    ca_file = forms.FileField(label=_("Or a file with them"), required=False, allow_empty_file=True)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        rule: ServerRule | None = None,
        asked: str = "",
    ):
        """``asked``: the server that a new rule allows http for, as another page names it."""
        initial: dict[str, Any] = {"server": asked[:300], "allow_http": bool(asked)}
        if rule:
            initial = {"server": rule.origin, "allow_http": rule.allow_http, "ca_pem": rule.ca_pem}
        super().__init__(self._completed(data), files, initial=initial)
        self.fields["server"].disabled = rule is not None

    @staticmethod
    def _completed(data: Any) -> Any:
        """A server without scheme gets http:// if the rule allows http."""
        if not data or not data.get("allow_http") or "://" in data.get("server", ""):
            return data
        completed = data.copy()
        completed["server"] = f"http://{data['server'].strip()}" if data.get("server") else ""
        return completed

    def clean_ca_file(self) -> str:
        """The text of the file; other bytes become text that is refused as unreadable."""
        file: UploadedFile[bytes] | None = self.cleaned_data["ca_file"]
        if file is None:
            return ""
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(gettext(CertificatesRefused("too_long").words))
        content: bytes = file.read()
        return content.decode("ascii", "replace")

    def clean(self) -> dict[str, Any]:
        """http for an http server, certificates for an https server; one of them is required."""
        values = self.cleaned_data
        origin: Origin | None = values.get("server")
        pem = values.get("ca_file") or values.get("ca_pem", "").strip()
        if origin is None or self.errors:
            return values
        if origin.is_https and values["allow_http"]:
            self.add_error(
                "server", _("This is an https server: leave https:// out to allow http.")
            )
        elif origin.is_https and not pem:
            self.add_error("ca_pem", _("Paste the certificates, or allow plain http."))
        elif not origin.is_https and not values["allow_http"]:
            self.add_error("allow_http", _("Tick this: the server's address begins with http://."))
        elif not origin.is_https and pem:
            self.add_error("ca_pem", _("Over plain http there are no certificates: empty this."))
        return values

    @property
    def pem(self) -> str:
        """The certificates, uploaded or pasted."""
        return str(self.cleaned_data["ca_file"] or self.cleaned_data["ca_pem"])

    def refuse(self, refusal: CertificatesRefused) -> None:
        """Put the words of the refusal at the field that holds the certificates."""
        field = "ca_file" if self.cleaned_data["ca_file"] else "ca_pem"
        self.add_error(field, gettext(refusal.words))
