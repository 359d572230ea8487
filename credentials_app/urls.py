"""The URLs of credentials: config includes them for organizations and for personal workspaces."""

from django.urls import include, path

from credentials_app.views import (
    bulk_changes,
    bulk_checks,
    checks,
    detail,
    detection,
    edit,
    history,
    listing,
    muting,
    overview,
    replacement,
    report,
    samples,
    schedule,
    server_rules,
)

app_name = "credentials"
pages = [
    path("", listing.credentials, name="list"),
    path("add/", edit.add, name="add"),
    path("name/", detection.name, name="name"),
    path("found/", detection.found, name="found"),
    path("tags/", detection.tags, name="tags"),
    path("checks-of-many/", bulk_checks.check_many, name="check_many"),
    path("checks-of-many/<uuid:pk>/", bulk_checks.many, name="many"),
    path("checks-of-many/<uuid:pk>/leave/", bulk_checks.stop_waiting, name="many_leave"),
    path("changes-of-many/", bulk_changes.change_selected, name="change_many"),
    path("changes-of-many/mute/", bulk_changes.mute_selected, name="mute_many"),
    path("changes-of-many/<uuid:pk>/undo/", bulk_changes.undo_change, name="undo_many"),
    path("report/", report.report, name="report"),
    path("remove-sample/", samples.take_away, name="remove_sample"),
    path("schedule/", schedule.schedule, name="schedule"),
    path("trials/<uuid:pk>/", edit.trial, name="trial"),
    path("servers/", server_rules.rules, name="rules"),
    path("servers/add/", server_rules.add, name="rule_add"),
    path("servers/<uuid:pk>/", server_rules.edit, name="rule_edit"),
    path("servers/<uuid:pk>/delete/", server_rules.delete, name="rule_delete"),
    path("<uuid:pk>/", detail.detail, name="detail"),
    path("<uuid:pk>/progress/", detail.progress, name="progress"),
    path("<uuid:pk>/edit/", edit.edit, name="edit"),
    path("<uuid:pk>/replace/", replacement.replace, name="replace"),
    path("<uuid:pk>/bring-back/", replacement.bring_former_back, name="bring_back"),
    path("<uuid:pk>/delete/", edit.delete, name="delete"),
    path("<uuid:pk>/check/", checks.check, name="check"),
    path("<uuid:pk>/pause/", checks.pause, name="pause"),
    path("<uuid:pk>/resume/", checks.resume, name="resume"),
    path("<uuid:pk>/snooze/", muting.snooze, name="snooze"),
    path("<uuid:pk>/acknowledge/", muting.acknowledge, name="acknowledge"),
    path("<uuid:pk>/hear-again/", muting.unmute, name="hear_again"),
    path("<uuid:pk>/sign-in/", checks.sign_in, name="sign_in"),
    path("<uuid:pk>/checks/", history.history, name="history"),
    path("<uuid:pk>/checks/<uuid:run>/", history.run, name="run"),
]
urlpatterns = [
    path("", overview.workspace_overview, name="overview"),
    path("credentials/", include(pages)),
]
