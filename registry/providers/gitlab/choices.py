"""Which of GitLab's tokens to choose, who may make it, and where.

Facts: GitLab documentation, version 18 (deploy tokens; project, group and personal access tokens).
"""

from registry.providers.gitlab.api import projects_of
from registry.providers.token_choice import TokenChoice, TokenLink, TokenPages, TokenWish
from registry.providers.token_links import filled, web_of

_PAID = "on GitLab.com only with Premium or Ultimate"


def _in_project(page: str) -> TokenPages:
    """Return the pages of this path in each project that the repository can belong to."""

    def pages(wish: TokenWish) -> tuple[TokenLink, ...]:
        web = web_of(wish, product="gitlab")
        projects = projects_of(wish.repository) if web else ()
        return tuple(TokenLink(path, f"{web}/{path}/-/settings/{page}") for path in projects)

    return pages


def _own_page(wish: TokenWish) -> tuple[TokenLink, ...]:
    """The page for personal access tokens accepts name and scopes (doc/user/profile, 16.8)."""
    web = web_of(wish, product="gitlab")
    page = f"{web}/-/user_settings/personal_access_tokens"
    link = filled(page, name=wish.name, scopes=",".join(wish.scopes))
    return (TokenLink("with name and scopes", link),) if web else ()


CHOICES = (
    TokenChoice(
        "Deploy token",
        "The best one for servers, clusters and builds outside GitLab: it belongs to a project or "
        "group and to no person. It has a user name of its own, which you may choose when you "
        "make it.",
        path="Settings → Repository → Deploy tokens",
        maker="A Maintainer of the project, or an Owner of the group",
        pages=_in_project("repository#js-deploy-tokens"),
        kind="deploy_token",
    ),
    TokenChoice(
        "Project access token",
        "If a check should read the end date from GitLab, or if you need the API too. Its role is "
        "at least Reporter to pull, Developer to push.",
        path="Settings → Access tokens",
        maker=f"A Maintainer or Owner of the project; {_PAID}",
        pages=_in_project("access_tokens"),
    ),
    TokenChoice(
        "Group access token",
        "The same for all projects of a group.",
        path="Settings → Access tokens of the group",
        maker=f"An Owner of the group; {_PAID}",
    ),
    TokenChoice(
        "Personal access token",
        "Only for yourself: it reaches every project that you reach, and ends with your account.",
        path="Edit profile → Access tokens",
        maker="Everybody, for themselves",
        pages=_own_page,
        kind="access_token",
    ),
    TokenChoice(
        "CI job token",
        "Store nothing: each job of GitLab CI has its own, in CI_REGISTRY_USER and "
        "CI_REGISTRY_PASSWORD. It ends with its job.",
    ),
)
NOTES = (
    "With two-factor authentication GitLab refuses the account's password here: use a token.",
    "If you lack the role, ask a Maintainer or Owner to make the token.",
    "Admin Mode does not matter: a sign-in to the registry does not need it.",
)
