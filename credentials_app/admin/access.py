"""Who had access to a credential, as a page of the admin audit for each."""

from credentials_app.views import access
from workspaces.admin.pages import InstancePage, add_page
from workspaces.rights.roles import InstanceCan

ACCESS_PAGES = [
    InstancePage(path=path, name=name, view=view, can=InstanceCan.READ_AUDIT)
    for path, name, view in (
        ("access/<uuid:pk>/", "access", access.instance_access),
        ("access/<uuid:pk>/csv/", "access_csv", access.instance_access_csv),
    )
]
for _each in ACCESS_PAGES:
    add_page(_each)
