"""Deeds with trials: check a login that is not saved yet.

The caller rings ``tasks.check_trial.delay_on_commit(trial.pk)``.
"""

from uuid import UUID

from workspaces.access import Seat

from credentials_app.drafts import Draft
from credentials_app.models import Credential, Trial
from registry.address import Origin


def start_trial(
    seat: Seat, draft: Draft, *, credential: Credential | None = None, before: Trial | None = None
) -> Trial:
    """Seal the draft for ten minutes and make it due.

    Without a secret in the draft the one of ``before`` (an earlier trial of the same login) or of
    ``credential`` (the one being edited) is taken; when its recipients would change, or there is
    none: SecretNeeded. Raises HttpNotAllowed.
    """
    raise NotImplementedError


def find_trial(seat: Seat, pk: UUID) -> Trial | None:
    """The person's own trial of this workspace, unless its ten minutes are over."""
    raise NotImplementedError


def confirm_trial_sign_in(seat: Seat, trial: Trial, origin: Origin) -> Trial:
    """Pin the sign-in host that the trial asked about, and make the trial due again."""
    raise NotImplementedError
