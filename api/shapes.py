"""Credentials, checks and trials as the API shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from api.schemas.checks import RunDetail, RunShape, StepShape
from api.schemas.credentials import (
    CredentialDetail,
    CredentialShape,
    RightShape,
    StatusShape,
)
from common.durations import write_duration
from credentials_app.expiry import expiry_of
from credentials_app.models import Credential, tags_of
from credentials_app.presentation.badge import Badge, badge
from credentials_app.presentation.credential import NeedTag, credential_view
from credentials_app.presentation.history import CheckView
from credentials_app.presentation.messages import text_of
from credentials_app.presentation.trail import StepView


def status_shape(row: Credential, now: datetime) -> StatusShape:
    """What works of a row that ``credentials_in`` returned."""
    return StatusShape.model_construct(**_status(row, now))


def credential_shape(row: Credential, now: datetime) -> CredentialShape:
    """The same with what people typed. The values are ours and need no validation."""
    return CredentialShape.model_construct(**_status(row, now), **_typed(row))


def credential_detail(row: Credential, now: datetime) -> CredentialDetail:
    """All of one credential but its secret."""
    view = credential_view(row, now)
    return CredentialDetail(
        **_status(row, now),
        **_typed(row),
        notes=row.notes,
        expires_on=row.expires_on,
        check_every=write_duration(row.check_every) if row.check_every else None,
        remind_before=row.remind_before,
        cause=view.cause,
        steps=view.steps,
        rights=[_right(each) for each in view.needed],
        sign_in_host_to_confirm=str(view.asks) if view.asks else None,
    )


def run_shape(check: CheckView) -> RunShape:
    """One check of a history."""
    return RunShape(**_run(check))


def run_detail(check: CheckView) -> RunDetail:
    """One check with its steps."""
    return RunDetail(**_run(check), steps=step_shapes(check.trail), recipients=check.recipients)


def step_shapes(trail: Iterable[StepView]) -> list[StepShape]:
    """The steps of a check, without secrets and foreign text."""
    return [
        StepShape(
            name=each.step.name.value,
            words=each.words,
            went_well=each.went_well,
            method=each.step.method,
            to=each.step.to,
            path=each.step.path,
            status=each.step.status,
            code=each.step.code,
            took_ms=each.step.took_ms,
            said=text_of(each.step.message),
        )
        for each in trail
    ]


def note_of(shown: Badge) -> str | None:
    """What happens to it now, as a word."""
    return shown.note.key if shown.note else None


def _status(row: Credential, now: datetime) -> dict[str, Any]:
    shown, end = badge(row, now), expiry_of(row)
    return {
        "id": row.pk,
        "name": row.name,
        "provider": row.shown_provider,
        "server": row.server,
        "repository": row.repository,
        "need": "push" if row.push else "pull",
        "status": shown.label.key,
        "since": row.status_since,
        "note": note_of(shown),
        "push_not_proved": shown.remark is not None,
        "checked_at": row.last_checked_at,
        "next_check_at": row.next_check_at,
        "ends_at": end.at,
        "ends_source": end.source.value,
    }


def _typed(row: Credential) -> dict[str, Any]:
    return {
        "username": row.username,
        "tags": list(tags_of(row)),
        "owner": row.owner.email if row.owner else None,
        "secret_version": row.secret_version,
        "secret_set_at": row.secret_set_at,
        "changed_at": row.changed_at,
    }


def _right(shown: NeedTag) -> RightShape:
    return RightShape.model_validate({"name": shown.name, "held": shown.tone})


def _run(check: CheckView) -> dict[str, Any]:
    return {
        "id": check.run.pk,
        "started_at": check.run.started_at,
        "took_ms": check.run.took_ms,
        "outcome": check.run.outcome,
        "status": check.label.key,
        "cause": check.cause,
        "counted": check.run.counted,
    }
