"""The values of a credential as a person typed them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from credentials_app.services.errors import TokenInPlainField
from registry.addresses.origins import Origin
from registry.providers.tokens_in_text import has_token
from registry.secret import Secret
from workspaces.models import User


@dataclass(frozen=True)
class Draft:
    """The values of the form. ``secret`` None: keep the stored one, or take the trial's.

    ``check_every`` and ``remind_before`` (days) None: as the workspace. ``seen``: the version of
    the row that the form showed, as ``columns.version_of`` returns it; None if no form showed it.
    ``tags`` None: they stay as they are.
    """

    name: str
    provider: str
    server: Origin
    username: str
    secret: Secret | None = None
    push: bool = False
    repository: str = ""
    expires_on: date | None = None
    owner: User | None = None
    notes: str = field(default="", repr=False)
    check_every: timedelta | None = None
    remind_before: list[int] | None = None
    seen: str | None = None
    tags: tuple[str, ...] | None = None

    def refuse_tokens(self) -> None:
        """Raise TokenInPlainField if a field that is stored in clear has a token."""
        texts = {name: getattr(self, name) for name in ("name", "username", "repository", "notes")}
        for name, text in (texts | {"tags": " ".join(self.tags or ())}).items():
            if has_token(text):
                raise TokenInPlainField(name)
