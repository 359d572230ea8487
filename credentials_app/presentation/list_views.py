"""On its own: the tabs above the list, views of it that everybody has, each a query."""

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials_app.presentation.list_conditions import ATTENTION
from credentials_app.presentation.list_filters import ENDS, OWNER, STATUS, THIS_MONTH
from credentials_app.presentation.list_query import Fields, ListQuery
from workspaces.models import User


@dataclass(frozen=True)
class ViewTab:
    """A tab; it is on if the list shows just this, in whatever order and on whatever page."""

    word: str | Promise
    url: str
    is_on: bool


def view_tabs(query: ListQuery, person: User) -> list[ViewTab]:
    """The tabs for this reader."""
    views: dict[str | Promise, Fields] = {
        _("All"): (),
        _("Needs attention"): ((STATUS, ATTENTION),),
        _("Mine"): ((OWNER, str(person.pk)),),
        _("Ends this month"): ((ENDS, THIS_MONTH),),
    }
    shown = replace(query, sort=ListQuery.sort, size=ListQuery.size, page=1)
    found = {word: ListQuery(chips=chips) for word, chips in views.items()}
    return [
        ViewTab(word, replace(query, search="", chips=view.chips).url(), view == shown)
        for word, view in found.items()
    ]
