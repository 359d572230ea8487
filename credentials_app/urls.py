"""The addresses of credentials, the same in every workspace."""

from django.urls import path

from credentials_app.views import (
    adding,
    bulk,
    checks,
    deleting,
    detail,
    editing,
    finding,
    history,
    listing,
    quiet,
    report,
    schedule,
    server_rules,
    trials,
)

app_name = "credentials"
urlpatterns = [
    path("", listing.credentials, name="list"),
    path("add/", adding.add, name="add"),
    path("name/", adding.name, name="name"),
    path("found/", finding.found, name="found"),
    path("checks-of-many/", bulk.check_many, name="check_many"),
    path("checks-of-many/<uuid:pk>/", bulk.many, name="many"),
    path("checks-of-many/<uuid:pk>/leave/", bulk.leave, name="many_leave"),
    path("report/", report.report, name="report"),
    path("schedule/", schedule.schedule, name="schedule"),
    path("trials/<uuid:pk>/", trials.trial, name="trial"),
    path("servers/", server_rules.rules, name="rules"),
    path("servers/add/", server_rules.add, name="rule_add"),
    path("servers/<uuid:pk>/", server_rules.edit, name="rule_edit"),
    path("servers/<uuid:pk>/delete/", server_rules.delete, name="rule_delete"),
    path("<uuid:pk>/", detail.detail, name="detail"),
    path("<uuid:pk>/edit/", editing.edit, name="edit"),
    path("<uuid:pk>/delete/", deleting.delete, name="delete"),
    path("<uuid:pk>/check/", checks.check, name="check"),
    path("<uuid:pk>/pause/", checks.pause, name="pause"),
    path("<uuid:pk>/resume/", checks.resume, name="resume"),
    path("<uuid:pk>/snooze/", quiet.snooze, name="snooze"),
    path("<uuid:pk>/acknowledge/", quiet.acknowledge, name="acknowledge"),
    path("<uuid:pk>/hear-again/", quiet.hear_again, name="hear_again"),
    path("<uuid:pk>/sign-in/", checks.sign_in, name="sign_in"),
    path("<uuid:pk>/checks/", history.history, name="history"),
    path("<uuid:pk>/checks/<uuid:run>/", history.run, name="run"),
]
