"""The deletion of accounts as pages of the admin audit, beside those of *Accounts*."""

from credentials_app.views import account_deletion
from workspaces.admin.pages import InstancePage, add_page
from workspaces.rights.roles import InstanceCan

ACCOUNT_PAGES = [
    InstancePage(
        path=f"accounts/<uuid:person>/{word}/", name=name, view=view, can=InstanceCan.PEOPLE
    )
    for word, name, view in (
        ("delete", "account_delete", account_deletion.account_delete),
        ("bring-back", "account_bring_back", account_deletion.account_bring_back),
    )
]
for _each in ACCOUNT_PAGES:
    add_page(_each)
