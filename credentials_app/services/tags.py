"""The tags of a credential: what a person typed becomes names, and the names become rows."""

import re
from collections.abc import Iterable

from credentials_app.models import TAG_PATTERN, Credential, Tag, tags_of
from credentials_app.services.errors import TagsRefused, TokenInPlainField
from registry.providers.tokens_in_text import has_token
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.seat import Seat

MOST_OF_ONE, MOST_OF_WORKSPACE = 20, 200
SEPARATORS = re.compile(r"[\s,;]+")
LONGEST_ECHO = 60
WRONG_NAME = (
    "“{typed}” cannot be a tag: use at most 40 letters from a to z, digits and - _ . : / in each "
    "of Tags, and begin with a letter or a digit."
)
TOO_MANY_OF_ONE = "{name} would have {count} tags, and {most} are allowed: leave some out of Tags."
TOO_MANY_HERE = (
    "This workspace has {count} different tags, and {most} are allowed: use one of those in Tags, "
    "or first remove one from all its credentials."
)


def names_in(typed: str) -> tuple[str, ...]:
    """The names in a text with commas or spaces between them. Raises as ``checked_names``."""
    return checked_names(name for name in SEPARATORS.split(typed) if name)


def checked_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names in lower case and in order, each once. Raises TagsRefused, TokenInPlainField."""
    typed = [name.strip() for name in names]
    if has_token(" ".join(typed)):
        raise TokenInPlainField("tags")
    found = sorted({name.lower() for name in typed})
    for name in found:
        if not re.fullmatch(TAG_PATTERN, name):
            raise TagsRefused(WRONG_NAME.format(typed=name[:LONGEST_ECHO]))
    if len(found) > MOST_OF_ONE:
        words = TOO_MANY_OF_ONE.format(name="This credential", count=len(found), most=MOST_OF_ONE)
        raise TagsRefused(words)
    return tuple(found)


def tags_in(workspace: Workspace) -> list[str]:
    """The names that the credentials of a workspace have."""
    names = Tag.objects.filter(workspace=workspace).order_by("name").distinct()
    return list(names.values_list("name", flat=True))


def refuse_too_many(workspace: Workspace, names: Iterable[str]) -> None:
    """Raises TagsRefused if the workspace would have too many different tags with these."""
    wanted = set(names)
    known = set(tags_in(workspace)) if wanted else wanted
    if wanted - known and len(known | wanted) > MOST_OF_WORKSPACE:
        words = TOO_MANY_HERE.format(count=len(known), most=MOST_OF_WORKSPACE)
        raise TagsRefused(words)


def store_tags(row: Credential, names: Iterable[str]) -> bool:
    """Let a locked row have just these tags, of ``checked_names``. False: it has them already.

    Raises TagsRefused.
    """
    old, new = set(tags_of(row)), set(names)
    if old == new:
        return False
    if len(new) > MOST_OF_ONE:
        words = TOO_MANY_OF_ONE.format(name=f"“{row.name}”", count=len(new), most=MOST_OF_ONE)
        raise TagsRefused(words)
    if old - new:
        Tag.objects.filter(credential=row, name__in=old - new).delete()
    Tag.objects.bulk_create(
        Tag(workspace_id=row.workspace_id, credential=row, name=name) for name in sorted(new - old)
    )
    row.__dict__["tag_names"] = " ".join(new)
    return True


def change_tags(seat: Seat, row: Credential, names: Iterable[str]) -> bool:
    """The same by a person, with an audit event of the old and the new ones."""
    old = tags_of(row)
    if not store_tags(row, names):
        return False
    details = {"old": old, "new": tags_of(row)}
    audit.record("credentials:tags:change", seat=seat, target=row, details=details)
    return True
