"""Everything that the instance knows, and the ways to make more of it."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.stand_ins.gitlab.flags import Flags
from tests.stand_ins.gitlab.people import Role, User
from tests.stand_ins.gitlab.places import Group, Project, holds
from tests.stand_ins.gitlab.tokens import (
    GRANULAR,
    AccessToken,
    DeployToken,
    Job,
    Kind,
    OAuthToken,
    Permission,
)

LEVELS_ABOVE = 2  # an image may be nested two names below its project


@dataclass
class State:
    """The rows of the instance; tests may change any of them at any time."""

    flags: Flags = field(default_factory=Flags)
    users: list[User] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    access_tokens: list[AccessToken] = field(default_factory=list)
    deploy_tokens: list[DeployToken] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    oauth_tokens: list[OAuthToken] = field(default_factory=list)
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(17))

    def add_user(self, username: str, password: str = "", **rest: Any) -> User:
        user = User(next(self.ids), username, password, **rest)
        self.users.append(user)
        return user

    def add_group(self, path: str, members: dict[User, Role] | None = None, **rest: Any) -> Group:
        group = Group(next(self.ids), path, dict(members or {}), **rest)
        self.groups[path.lower()] = group
        return group

    def add_project(
        self,
        path: str,
        members: dict[User, Role] | None = None,
        *,
        images: tuple[str, ...] = (),
        **rest: Any,
    ) -> Project:
        """A project; ``images`` are paths that hold an image with the tag ``latest``."""
        project = Project(next(self.ids), path, dict(members or {}), **rest)
        project.repositories.update({image.lower(): ["latest"] for image in images})
        self.projects[path.lower()] = project
        return project

    def add_token(
        self,
        owner: User,
        *scopes: str,
        expires_on: date | None = None,
        permissions: tuple[Permission, ...] = (),
        **rest: Any,
    ) -> AccessToken:
        """An access token; one with ``permissions`` is fine-grained and has no other scope."""
        number = next(self.ids)
        rest = {"token": f"glpat-MADEUP{number:014d}", "family": number, **rest}
        rest.setdefault("created_at", datetime.now(UTC))
        kept = GRANULAR if permissions else scopes
        token = AccessToken(
            number, owner=owner, scopes=kept, expires_on=expires_on, permissions=permissions, **rest
        )
        self.access_tokens.append(token)
        return token

    def add_project_token(
        self, project: Project, *scopes: str, role: Role = Role.DEVELOPER, **rest: Any
    ) -> AccessToken:
        """A project access token and the bot that it belongs to."""
        bot = self.add_user(f"project_{project.id}_bot_{next(self.ids):016x}", bot=True)
        project.members[bot] = role
        return self.add_token(bot, *scopes, kind=Kind.PROJECT, **rest)

    def add_group_token(
        self, group: Group, *scopes: str, role: Role = Role.DEVELOPER, **rest: Any
    ) -> AccessToken:
        """A group access token and the bot that it belongs to."""
        bot = self.add_user(f"group_{group.id}_bot_{next(self.ids):016x}", bot=True)
        group.members[bot] = role
        return self.add_token(bot, *scopes, kind=Kind.GROUP, **rest)

    def add_deploy_token(self, *scopes: str, places: tuple[str, ...], **rest: Any) -> DeployToken:
        """A deploy token of these project or group paths."""
        number = next(self.ids)
        rest = {
            "username": f"gitlab+deploy-token-{number}",
            "token": f"gldt-MADEUP{number:014d}",
            **rest,
        }
        token = DeployToken(number, scopes=scopes, places=places, **rest)
        self.deploy_tokens.append(token)
        return token

    def add_job(self, project: Project, owner: User, **rest: Any) -> Job:
        number = next(self.ids)
        job = Job(number, f"glcbt-64_MADEUP{number:014d}", project, owner, **rest)
        self.jobs.append(job)
        return job

    def add_oauth_token(self, owner: User, *scopes: str, **rest: Any) -> OAuthToken:
        number = next(self.ids)
        rest = {"expires_at": datetime.now(UTC) + timedelta(hours=2), **rest}
        token = OAuthToken(number, f"{number:064x}", owner, scopes, **rest)
        self.oauth_tokens.append(token)
        return token

    def access_token(self, text: str) -> AccessToken | None:
        """The token of this text, dead ones too, but none that was deleted with its owner."""
        return next(
            (t for t in self.access_tokens if t.token == text and not t.deleted | t.owner.deleted),
            None,
        )

    def groups_of(self, path: str) -> list[Group]:
        """The groups that hold this path."""
        return [group for group in self.groups.values() if holds(group.path, path)]

    def project_of(self, image: str) -> Project | None:
        """The project that an image path belongs to: itself or at most two names above."""
        parts = image.lower().split("/")
        for above in range(LEVELS_ABOVE + 1):
            names = parts[: len(parts) - above]
            if len(names) > 1 and (project := self.projects.get("/".join(names))):
                return project
        return None

    def role(self, user: User, project: Project) -> Role:
        """The highest role that a user has in a project, by itself or by a group."""
        groups = [group.members for group in self.groups_of(project.path)]
        members = (project.members, project.invited, *groups)
        return max(held.get(user, Role.NONE) for held in members)
