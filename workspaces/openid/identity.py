"""Who somebody is at a provider. Pure.

On its own: what OpenID Connect and GitHub tell comes to the rest of the product in this one form.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """An account at a provider: ``subject`` never changes there; all else may.

    ``proven_at``: when the person proved who they are (seconds since 1970); None: it is not told.
    ``end_session``: where the browser can sign out there; empty: nowhere.
    """

    issuer: str
    subject: str
    address: str = ""
    is_address_proven: bool = False
    name: str = ""
    proven_at: int | None = None
    end_session: str = ""
