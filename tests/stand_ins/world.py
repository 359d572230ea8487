"""A stand-in GitLab with people and projects, and the requests of the tests."""

from dataclasses import dataclass

from tests.stand_ins.asking import Reply, ask, basic
from tests.stand_ins.gitlab import GitLab, Project, Role, State, User, Visibility

ANNA = ("anna", "made-up-password-1")
Pair = tuple[str, str]


@dataclass
class World:
    """Anna develops ``team/app``; ``team/open`` is public; ``other/hidden`` is not hers."""

    gitlab: GitLab
    anna: User
    app: Project
    open: Project
    hidden: Project

    @property
    def state(self) -> State:
        return self.gitlab.state

    def sign_in(self, pair: Pair | None, *scopes: str, **rest: str) -> Reply:
        """Send a token request to `/jwt/auth`; ``service`` and ``source`` may be given."""
        query = (
            ("service", rest.get("service", "container_registry")),
            *(("scope", scope) for scope in scopes),
        )
        source = rest.get("source", "127.0.0.1")
        headers = basic(*pair) if pair else {}
        return ask(f"{self.gitlab.web_url}/jwt/auth", query=query, headers=headers, source=source)

    def api(self, path: str, token: str = "", method: str = "GET", **query: str) -> Reply:
        """Send a request to the API with a ``PRIVATE-TOKEN``."""
        headers = {"PRIVATE-TOKEN": token} if token else {}
        url = f"{self.gitlab.web_url}/api/v4{path}"
        return ask(url, method=method, query=tuple(query.items()), headers=headers)

    def token(self, *scopes: str) -> Pair:
        """A new token of Anna; GitLab ignores its user name."""
        return "whoever", self.state.add_token(self.anna, *scopes).token


def furnish(gitlab: GitLab) -> World:
    """Put Anna and the three projects, each with an image, into an empty GitLab."""
    state = gitlab.state
    anna = state.add_user(*ANNA, email="anna@example.org")
    return World(
        gitlab,
        anna,
        state.add_project("team/app", {anna: Role.DEVELOPER}, images=("team/app",)),
        state.add_project("team/open", visibility=Visibility.PUBLIC, images=("team/open",)),
        state.add_project("other/hidden", images=("other/hidden",)),
    )
