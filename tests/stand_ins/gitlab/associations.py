"""Where a token's owner is a member: what role it has in which group and project."""

from typing import Any

from tests.stand_ins.gitlab.instance import Instance
from tests.stand_ins.gitlab.people import Role, User
from tests.stand_ins.gitlab.places import Group, Project, Visibility
from tests.stand_ins.gitlab.texts import json_answer
from tests.stand_ins.wire import Answer, Pairs, first

MOST_PER_PAGE = 100


def associations(instance: Instance, owner: User, query: Pairs) -> Answer:
    """One page of groups and one of projects; without a lowest level public ones come too."""
    level = _number(query, "min_access_level", 0)
    size = min(_number(query, "per_page", 20), MOST_PER_PAGE)
    start = (_number(query, "page", 1) - 1) * size
    state = instance.state
    groups = [
        _group(instance, group, owner)
        for group in state.groups.values()
        if max(one.members.get(owner, Role.NONE) for one in state.groups_of(group.path))
        >= max(level, Role.MINIMAL)
    ]
    projects = [
        _project(instance, project, owner)
        for project in state.projects.values()
        if state.role(owner, project) >= max(level, Role.MINIMAL)
        or (not level and project.visibility is Visibility.PUBLIC)
    ]
    page = {"groups": groups[start : start + size], "projects": projects[start : start + size]}
    return json_answer(200, page)


def _number(query: Pairs, name: str, otherwise: int) -> int:
    text = first(query, name)
    return int(text) if text.isdecimal() else otherwise


def _group(instance: Instance, group: Group, owner: User) -> dict[str, Any]:
    above = instance.state.groups_of(group.path)
    return {
        "id": group.id,
        "web_url": f"{instance.web_url}/groups/{group.path}",
        "name": group.path.rpartition("/")[2],
        "parent_id": None,
        "organization_id": 1,
        "access_levels": int(max(one.members.get(owner, Role.NONE) for one in above)),
        "visibility": group.visibility,
    }


def _project(instance: Instance, project: Project, owner: User) -> dict[str, Any]:
    inherited = [one.members.get(owner) for one in instance.state.groups_of(project.path)]
    own = project.members.get(owner)
    by_group = max((role for role in inherited if role is not None), default=None)
    namespace, _, name = project.path.rpartition("/")
    return {
        "id": project.id,
        "description": "",
        "name": name,
        "name_with_namespace": project.path.replace("/", " / "),
        "path": name,
        "path_with_namespace": project.path,
        "created_at": "2026-01-01T00:00:00.000Z",
        "access_levels": {"project_access_level": own, "group_access_level": by_group},
        "visibility": project.visibility,
        "web_url": f"{instance.web_url}/{project.path}",
        "namespace": {"name": namespace, "path": namespace, "full_path": namespace},
    }
