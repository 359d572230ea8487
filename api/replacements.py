"""The secret of a credential: replace it, bring a former one back. No answer has a secret."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import respond
from api.auth import credential_for
from api.credentials import ONE, as_stored, check_soon
from api.drafts import form_data, refuse_invalid
from api.headers import IDEMPOTENCY_KEY
from api.repeats import once
from api.schemas.credentials import (
    BringBack,
    FormerSecretShape,
    Replacement,
    ReplacementShape,
)
from api.schemas.shape import ListOf
from common.clock import database_now
from credentials_app import tasks
from credentials_app.forms import ReplaceForm
from credentials_app.models import Credential, Trial
from credentials_app.presentation.history import trial_view
from credentials_app.presentation.messages import text_of
from credentials_app.services.former_secrets import bring_back, former_secrets_of, grace_of
from credentials_app.services.replacement import (
    is_still_for,
    replace_secret,
    try_replacement,
)
from credentials_app.services.trials import find_trial
from registry.outcome import Outcome
from workspaces.rights.roles import Can
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["secrets"])
NO_TRIAL = UUID(int=0)


@router.post(
    f"{ONE}/replacements",
    response={200: ReplacementShape, 202: ReplacementShape},
    openapi_extra=IDEMPOTENCY_KEY,
)
@once(TokenScope.CREDENTIALS_WRITE, Can.WRITE)
def post_replacement(
    request: HttpRequest, workspace: UUID, credential: UUID, body: Replacement
) -> HttpResponse:
    """Try a new secret; if it works it replaces the stored one. Follow the address in Location."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.WRITE
    )
    values = body.model_dump(exclude={"untried"})
    values["expires_on"] = body.expires_on.isoformat() if body.expires_on else ""
    form = ReplaceForm(row, form_data(values))
    refuse_invalid(form, values)
    if body.untried:
        replaced = replace_secret(seat, row, form.new_secret())
        check_soon(replaced)
        shape = _shape(NO_TRIAL, "stored", replaced)
        return respond(shape)
    trial = try_replacement(seat, row, form.new_secret())
    tasks.check_trial.delay_on_commit(trial.pk)
    address = f"{request.path}/{trial.pk}?of={row.secret_version}"
    return respond(_shape(trial.pk, "trying", row), status=202, headers={"Location": address})


@router.get(f"{ONE}/replacements/{{uuid:trial}}", response=ReplacementShape)
def get_replacement(
    request: HttpRequest, workspace: UUID, credential: UUID, trial: UUID, of: int = 0
) -> HttpResponse:
    """Get what came of a new secret. `of`: the version of the secret before it."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.WRITE
    )
    found = find_trial(seat, trial)
    if found is not None and found.replaces and found.credential_id == row.pk:
        return respond(_trial_shape(found, row))
    is_stored = 0 < of < as_stored(seat, row).secret_version
    return respond(_shape(trial, "stored" if is_stored else "over", row))


@router.get(f"{ONE}/former-secrets", response=ListOf[FormerSecretShape])
def list_former_secrets(request: HttpRequest, workspace: UUID, credential: UUID) -> HttpResponse:
    """List the secrets that were replaced and can be brought back."""
    _seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_READ, can=Can.WRITE
    )
    grace = grace_of(getattr(row.workspace, "rule", None))
    items = [
        FormerSecretShape(
            id=each.pk,
            secret_version=each.secret_version,
            set_at=each.set_at,
            ended_at=each.ended_at,
            kept_until=each.ended_at + grace,
        )
        for each in former_secrets_of(row, database_now())
    ]
    return respond(ListOf[FormerSecretShape](items=items))


@router.post(f"{ONE}/bring-back", response=ReplacementShape, openapi_extra=IDEMPOTENCY_KEY)
@once(TokenScope.CREDENTIALS_WRITE, Can.WRITE)
def post_bring_back(
    request: HttpRequest, workspace: UUID, credential: UUID, body: BringBack
) -> HttpResponse:
    """Store a former secret again, as a new version. A check follows."""
    seat, row = credential_for(
        request, workspace, credential, scope=TokenScope.CREDENTIALS_WRITE, can=Can.WRITE
    )
    back = bring_back(seat, row, body.former)
    check_soon(back)
    return respond(_shape(NO_TRIAL, "stored", back))


def _trial_shape(trial: Trial, row: Credential) -> ReplacementShape:
    """A trial that works and still fits is stored by its task at once."""
    view = trial_view(trial, database_now())
    is_moving = view.badge.is_moving or not trial.outcome
    works = trial.outcome == Outcome.VALID.value and is_still_for(trial, row)
    cause = text_of(view.verdict.message) if view.verdict else ""
    return ReplacementShape(
        id=trial.pk,
        state="trying" if is_moving or works else "refused",
        outcome=trial.outcome or None,
        cause=cause,
        secret_version=row.secret_version,
    )


def _shape(trial: UUID, state: str, row: Credential) -> ReplacementShape:
    values = {"id": trial, "state": state, "secret_version": row.secret_version}
    return ReplacementShape.model_validate(values)
