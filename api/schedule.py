"""The schedule of a workspace: how often it checks, when it reminds, what it keeps."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import refuse_unless_match, respond_once, version_of_moment
from api.auth import seat_of
from api.credentials import PLACE
from api.drafts import days_text, form_data, refuse_invalid
from api.headers import IF_MATCH_NEEDED, IF_NONE_MATCH
from api.schemas.places import ScheduleShape
from common.durations import write_duration
from credentials_app.forms.schedule import ScheduleForm
from credentials_app.models import WorkspaceRule
from credentials_app.services.schedule import set_workspace_rule, workspace_rule_of
from workspaces.rights.roles import Can
from workspaces.tokens.scopes import TokenScope

router = Router(tags=["schedule"])
NEVER_SAVED = "0"


@router.get(
    f"{PLACE}/schedule", response={200: ScheduleShape, 304: None}, openapi_extra=IF_NONE_MATCH
)
def get_schedule(request: HttpRequest, workspace: UUID) -> HttpResponse:
    """Get the schedule."""
    seat = seat_of(request, workspace, scope=TokenScope.STATUS_READ, can=Can.SEE)
    return _answer(request, workspace_rule_of(seat.workspace))


@router.put(f"{PLACE}/schedule", response=ScheduleShape, openapi_extra=IF_MATCH_NEEDED)
def put_schedule(request: HttpRequest, workspace: UUID, body: ScheduleShape) -> HttpResponse:
    """Replace the schedule."""
    seat = seat_of(request, workspace, scope=TokenScope.CREDENTIALS_WRITE, can=Can.NOTICE_RULES)
    refuse_unless_match(request, _version(workspace_rule_of(seat.workspace)), needed=True)
    values = {**body.model_dump(), "remind_before": days_text(body.remind_before)}
    form = ScheduleForm(form_data(values), rule=None)
    refuse_invalid(form, values)
    return _answer(request, set_workspace_rule(seat, **form.cleaned_data))


def _answer(request: HttpRequest, rule: WorkspaceRule | None) -> HttpResponse:
    return respond_once(request, _shape(rule), version=_version(rule))


def _version(rule: WorkspaceRule | None) -> str:
    return version_of_moment(rule.changed_at) if rule else NEVER_SAVED


def _shape(rule: WorkspaceRule | None) -> ScheduleShape:
    if rule is None:
        return ScheduleShape(
            check_every=None, remind_before=None, keep_former=None, tell_new_address=False
        )
    kept = rule.keep_former
    return ScheduleShape(
        check_every=write_duration(rule.check_every) if rule.check_every else None,
        remind_before=rule.remind_before,
        keep_former=None if kept is None else write_duration(kept) if kept else "0",
        tell_new_address=rule.tell_new_address,
    )
