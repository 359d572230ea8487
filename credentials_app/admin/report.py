"""The instance report as a page of the admin audit."""

from credentials_app.views.report import instance_report
from workspaces.admin.pages import InstancePage, add_page
from workspaces.rights.roles import InstanceCan

REPORT = InstancePage(
    path="report/",
    name="report",
    view=instance_report,
    label="What changed",
    about="What is bad, what ends soon and what changed lately; weekly by mail.",
    icon="clipboard-list",
    can=InstanceCan.SEE_ALL,
)
add_page(REPORT)
