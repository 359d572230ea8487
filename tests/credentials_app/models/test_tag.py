"""Tags: what the database refuses about them, and how their names are read."""

import pytest

from credentials_app.models import Credential, Tag, tags_of
from credentials_app.selectors import with_tags
from tests import cast
from tests.credentials_app import scenes
from tests.workspaces.models.test_rules_of_the_database import refused
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db
AT_HOME = "a tag is in the workspace of its credential"


def tagged(row: Credential, name: str, place: Workspace | None = None) -> Tag:
    return Tag.objects.create(workspace=place or row.workspace, credential=row, name=name)


def test_no_tag_is_of_another_workspace_than_its_credential() -> None:
    row, other = scenes.stored(), cast.workspace("ops")
    assert AT_HOME in refused(lambda: tagged(row, "prod", other))
    assert not Tag.objects.exists()


def test_no_tag_moves_to_another_workspace_nor_to_a_credential_there() -> None:
    row, other = scenes.stored(), cast.workspace("ops")
    there = scenes.stored("there", by=cast.seat(other))
    tag = tagged(row, "prod")
    mine = Tag.objects.filter(pk=tag.pk)
    assert AT_HOME in refused(lambda: mine.update(workspace=other))
    assert AT_HOME in refused(lambda: mine.update(credential=there))


def test_no_credential_moves_away_from_its_tags() -> None:
    row, other = scenes.stored(), cast.workspace("ops")
    mine = Credential.objects.filter(pk=row.pk)
    tag = tagged(row, "prod")
    assert AT_HOME in refused(lambda: mine.update(workspace=other))
    tag.delete()
    assert mine.update(workspace=other) == 1


@pytest.mark.parametrize("name", ["Prod", "", "-prod", "a b", "a,b", 'a"b', "größe", "x" * 41])
def test_the_database_refuses_what_is_no_name_of_a_tag(name: str) -> None:
    row = scenes.stored()
    with pytest.raises(Exception, match=r"tag_name_is_plain|too long"):
        Tag.objects.bulk_create([Tag(workspace=row.workspace, credential=row, name=name)])


def test_a_credential_has_a_tag_once() -> None:
    row = scenes.stored()
    tagged(row, "prod")
    assert refused(lambda: tagged(row, "prod"))


def test_two_credentials_have_the_same_tag_and_one_takes_only_its_own_with_it() -> None:
    rows = [scenes.stored(name) for name in ("one", "two")]
    for row in rows:
        tagged(row, "prod")
    rows[0].delete()
    assert [tag.credential_id for tag in Tag.objects.all()] == [rows[1].pk]


def test_names_are_in_order_whether_read_with_the_row_or_by_a_query() -> None:
    row = scenes.stored()
    for name in ("staging", "ci", "team/shop"):
        tagged(row, name)
    scenes.stored("without")
    assert tags_of(row) == ("ci", "staging", "team/shop")
    together = {each.name: tags_of(each) for each in with_tags(Credential.objects.all())}
    assert together == {"deploy": ("ci", "staging", "team/shop"), "without": ()}
