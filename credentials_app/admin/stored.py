"""The table of all stored credentials and its reports as pages of the admin audit."""

from credentials_app.views.stored import OF_INSTANCE
from credentials_app.views.stored_actions import ACT_OF_INSTANCE
from workspaces.admin.pages import InstancePage, add_page
from workspaces.rights.roles import InstanceCan

STORED = [
    InstancePage(
        path="stored/",
        name="stored",
        view=OF_INSTANCE["stored"],
        can=InstanceCan.SEE_ALL,
        label="Stored credentials",
        about="All of them in one table: search, filter, sort, check, pause, export.",
        icon="table-2",
        comes_first=True,
    ),
    InstancePage(
        path="reports/",
        name="stored_reports",
        view=OF_INSTANCE["stored_reports"],
        can=InstanceCan.SEE_ALL,
        label="Reports",
        about="Expired, over-privileged, unused, one secret in two places, and twelve more.",
        icon="clipboard-list",
        comes_first=True,
    ),
    *(
        InstancePage(
            path=f"stored/{path}/",
            name=f"stored_{path}",
            view=OF_INSTANCE[f"stored_{path}"],
            can=InstanceCan.SEE_ALL,
        )
        for path in ("days", "print", "file", "mail")
    ),
    InstancePage(
        path="stored/act/", name="stored_act", view=ACT_OF_INSTANCE, can=InstanceCan.CHECK_ALL
    ),
]
for _each in STORED:
    add_page(_each)
