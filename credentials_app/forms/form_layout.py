"""What the page of a credential's form shows beside its fields: tiles, a name, what is open."""

from functools import cached_property

from credentials_app.forms.credential_fields import CredentialFields
from credentials_app.forms.detection import Detection
from credentials_app.forms.name_suggestion import first_free, name_base
from credentials_app.forms.provider_select import (
    MORE,
    TILES,
    ProviderSelect,
    ProviderTile,
    tiles,
)
from credentials_app.models import Credential
from credentials_app.selectors import names_like
from registry.providers import GENERIC
from workspaces.rights.seat import Seat

ALWAYS_SHOWN = frozenset({"provider", "server", "username", "secret", "need", "name"})


class FormLayout(CredentialFields):
    """The fields, and which of them the page shows at once. The form sets the three values."""

    found: Detection
    seat: Seat
    credential: Credential | None

    @cached_property
    def suggested_name(self) -> str:
        """A free name for a new credential; empty while nothing is known of it."""
        base = name_base(self.found) if self.credential is None else ""
        return first_free(base, names_like(self.seat.workspace, base)) if base else ""

    @property
    def tiles(self) -> tuple[ProviderTile, ...]:
        """The providers to choose from at once."""
        return tuple(tiles(self.found.provider))

    @property
    def chooses_in_select(self) -> bool:
        """True if the provider is none of the tiles, or a person asked for the others."""
        provider = self.found.provider
        is_other = provider is not GENERIC and provider.slug not in TILES
        return is_other or self._waits_for_select or bool(self.errors.get("provider"))

    @property
    def _waits_for_select(self) -> bool:
        """True if a person asked for all providers and none is chosen or found yet."""
        asked = (self.data or self.initial).get("tile") == MORE
        return asked and self.found.provider is GENERIC

    @property
    def told(self) -> str:
        """The provider that the page chose by itself; empty if there is none."""
        found = self.found
        chose = found.chosen is GENERIC and found.provider is not GENERIC
        return found.provider.slug if chose else ""

    @property
    def has_usual_username(self) -> bool:
        """True if the user name is the one that every login of the provider has."""
        usual = self.found.provider.usual_username
        return bool(usual) and self["username"].value() in (None, "", usual)

    @property
    def opens_more(self) -> bool:
        """True if a field that is not always shown is filled in or has an error."""
        return any(self._tells(name) for name in self.fields if name not in ALWAYS_SHOWN)

    def _tells(self, name: str) -> bool:
        value, field = self[name].value(), self.fields[name]
        same = name == "owner" and str(value) == str(
            field.prepare_value(self.get_initial_for_field(field, name))
        )
        return bool(self[name].errors) or (value not in (None, "") and not same)

    def show_found_provider(self) -> None:
        """Show in the select the provider that the page found."""
        widget = self.fields["provider"].widget
        if isinstance(widget, ProviderSelect):
            widget.told = self.told
