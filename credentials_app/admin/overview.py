"""The overview of the instance as a page of the admin audit."""

from credentials_app.views.overview import instance_overview
from workspaces.admin.pages import InstancePage, add_page
from workspaces.rights.roles import InstanceCan

OVERVIEW = InstancePage(
    path="overview/",
    name="overview",
    view=instance_overview,
    label="Overview",
    about="How many are broken, end soon and work, by workspace, registry and owner.",
    icon="layout-dashboard",
    comes_first=True,
    can=InstanceCan.SEE_ALL,
)
add_page(OVERVIEW)
