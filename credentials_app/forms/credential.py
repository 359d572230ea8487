"""The form of a credential, for adding and editing."""

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from credentials_app.forms.credential_fields import PUSH, values_of
from credentials_app.forms.detection import Detection, detect_from_fields
from credentials_app.forms.edit_conflict import StoredNow, stale, stored_now
from credentials_app.forms.error_messages import NEEDED, TAKEN, too_often
from credentials_app.forms.fields import obey_use_anyway, split_as_asked
from credentials_app.forms.form_layout import FormLayout
from credentials_app.forms.owner_field import OwnerField
from credentials_app.forms.provider_select import with_choice
from credentials_app.forms.token_patterns import TELLING
from credentials_app.models import Credential, Trial
from credentials_app.presentation.messages import text_of
from credentials_app.presentation.schedule import ScheduleView, schedule_view
from credentials_app.selectors import name_is_taken, rule_for, same_login
from credentials_app.services.columns import version_of
from credentials_app.services.draft import Draft
from credentials_app.services.errors import AskedTooOften, ChangedMeanwhile, SecretNeeded
from credentials_app.services.schedule import workspace_rule_of
from registry.addresses.server import Server
from registry.protocol.scope import RepositoryError, repository_name
from registry.providers.provider import Provider
from registry.words.message import Message
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat


class CredentialForm(FormLayout):
    """The form for one workspace; labels and help are those of the chosen provider."""

    shapes = TELLING

    def __init__(
        self,
        seat: Seat,
        data: Any = None,
        *,
        credential: Credential | None = None,
        trial: Trial | None = None,
        filled: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        data = with_choice(split_as_asked(data))
        initial = values_of(credential) if credential else {"owner": seat.user.pk}
        initial |= with_choice(filled)
        self.found = detect_from_fields(
            initial if data is None else data, earlier=(trial, credential)
        )
        super().__init__(self._filled_in(data), initial=initial)
        obey_use_anyway(self.fields["secret"], data)
        self.seat, self.credential, self.trial = seat, credential, trial
        self.asks_http_for = ""
        self.seen = self._seen()
        self.stored_now: tuple[StoredNow, ...] = ()
        owner = credential.owner if credential else None
        self.fields["owner"] = OwnerField(seat.workspace, owner)
        self.fields["tags"].complete_from(seat.workspace)  # type: ignore[attr-defined]
        last = ["tags", "notes", "check_every", "remind_before"]
        self.order_fields([name for name in self.fields if name not in last] + last)
        self._use_words_of(self.found.provider)
        self.show_found_provider()

    def _filled_in(self, data: Any) -> Any:
        """The data with the user name and the server that this kind of login always has, where
        none was typed."""
        if data is None:
            return data
        always = {
            "username": self.found.usual_username,
            "server": self.found.provider.only_server,
        }
        missing = {
            name: value
            for name, value in always.items()
            if value and not str(data.get(name, "")).strip()
        }
        if not missing:
            return data
        filled = data.copy()
        for name, value in missing.items():
            filled[name] = value
        return filled

    @cached_property
    def twin(self) -> Credential | None:
        """Another credential for the same server, user name and repository."""
        found: Detection = self.found
        if found.server is None or not found.username or found.repository is None:
            return None
        but = self.credential.pk if self.credential else None
        return same_login(
            self.seat.workspace,
            server=found.server,
            username=found.username,
            repository=found.repository,
            but=but,
        )

    @property
    def keeps_name(self) -> bool:
        """True if a person says that the user name is right although it cannot fit."""
        return bool(self.data.get("keep_name"))

    @property
    def is_for_another_server(self) -> bool:
        """True if the stored password is for another server than the one in the field."""
        stored = self.credential
        return bool(stored and self.found.server and stored.origin != self.found.server)

    @cached_property
    def inherited(self) -> ScheduleView:
        """The schedule that holds while the credential's own fields stay empty."""
        return schedule_view(workspace_rule_of(self.seat.workspace))

    @property
    def has_own_schedule(self) -> bool:
        """True if one of the schedule fields is filled in, valid or not."""
        return any(
            self[name].value() not in (None, "") for name in ("check_every", "remind_before")
        )

    def _seen(self) -> str | None:
        """The version of the row that the form was opened with; a hidden field carries it."""
        if self.credential is None:
            return None
        return self.data.get("seen", "") if self.is_bound else version_of(self.credential)

    def _use_words_of(self, provider: Provider) -> None:
        fields = self.fields
        fields["provider"].help_text = provider.summary
        fields["username"].label, fields["secret"].label = (
            provider.username_label,
            provider.secret_label,
        )
        fields["username"].help_text, fields["secret"].help_text = (
            provider.username_help,
            provider.secret_help,
        )
        for name in ("username", "server", "repository"):
            example = getattr(provider, f"{name}_example")
            fields[name].widget.attrs["placeholder"] = example

    def clean_name(self) -> str:
        """Check the name early; the database decides between two people who save at once."""
        name: str = self.cleaned_data["name"]
        but = self.credential.pk if self.credential else None
        if name_is_taken(self.seat.workspace, name, but=but):
            raise ValidationError(TAKEN, code="name_taken")
        return name

    def clean_server(self) -> Server:
        """Plain http only if a server rule of the workspace allows it."""
        server: Server = self.cleaned_data["server"]
        if not server.origin.is_https:
            rule = rule_for(self.seat.workspace, server.origin)
            if rule is None or not rule.allow_http:
                if allows(self.seat.role, Can.SERVER_RULES):
                    self.asks_http_for = str(server.origin)
                raise ValidationError(text_of(Message.of("address_http")))
        return server

    def clean(self) -> dict[str, Any]:
        """Checks of several fields: a repository may be typed with its server."""
        values = self.cleaned_data
        typed, server = values.get("repository", ""), values.get("server")
        if typed:
            try:
                origin = server.origin if server else None
                values["repository"] = repository_name(typed, server=origin)
            except RepositoryError as error:
                self.add_error("repository", text_of(error.message))
        has_secret = values.get("secret") or "secret" in self.errors
        if not has_secret and self.credential is None and self.trial is None:
            self.add_error("secret", NEEDED)
        fault = self.found.fault(keeps_name=self.keeps_name) if values.get("secret") else None
        if fault is not None:
            self.add_error(fault.field, text_of(fault.message))
        return values

    def draft(self) -> Draft:
        """The values of a valid form."""
        values = self.cleaned_data
        paste = values["secret"]
        return Draft(
            name=values["name"],
            provider=values["provider"],
            server=values["server"].origin,
            username=values["username"],
            secret=paste.secret if paste else None,
            push=values["need"] == PUSH,
            repository=values["repository"],
            expires_on=values["expires_on"],
            owner=values["owner"],
            notes=values["notes"],
            check_every=values["check_every"],
            remind_before=values["remind_before"],
            seen=self.seen,
            tags=values["tags"],
        )

    def refuse(self, refusal: Refusal) -> None:
        """Put the words of a refused action at its field."""
        match refusal:
            case ChangedMeanwhile():
                self._show_conflict(refusal.row)
            case AskedTooOften():
                self.add_error(None, too_often(refusal, timezone.now()))
            case SecretNeeded() if self.credential is None:
                self.add_error("secret", NEEDED)
            case _:
                self.add_error(refusal.field or None, gettext(refusal.words))

    def _show_conflict(self, row: Credential) -> None:
        """Show what is stored now; a person who saves again has seen it."""
        self.stored_now = stored_now(self.draft(), row)
        self.credential, self.seen = row, version_of(row)
        self.add_error(None, stale(row, self.seat.user))
