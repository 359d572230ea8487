"""The part of GitLab's REST API that a credential can be asked about."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from tests.stand_ins.gitlab.api_auth import api_token, oauth_error
from tests.stand_ins.gitlab.associations import associations
from tests.stand_ins.gitlab.instance import Instance
from tests.stand_ins.gitlab.people import Role
from tests.stand_ins.gitlab.places import Project, Visibility
from tests.stand_ins.gitlab.rotation import rotate
from tests.stand_ins.gitlab.shapes import token_shape
from tests.stand_ins.gitlab.texts import NOT_PERSONAL, json_answer
from tests.stand_ins.gitlab.tokens import API, AccessToken, OAuthToken, Power
from tests.stand_ins.recording import presented
from tests.stand_ins.wire import Answer, Incoming

PREFIX = "/api/v4"
READING = API | {"read_user"}
NOT_FOUND = json_answer(404, {"error": "404 Not Found"})
NO_PROJECT = json_answer(404, {"message": "404 Project Not Found"})

Endpoint = Callable[[Instance, Incoming], Answer]


def api(instance: Instance, incoming: Incoming) -> Answer:
    """Answer one request below `/api`."""
    if not instance.flags.api:
        return NOT_FOUND
    for method, path, endpoint in ROUTES:
        if method == incoming.method and re.fullmatch(PREFIX + path, incoming.path):
            return endpoint(instance, incoming)
    return NOT_FOUND


def _self(instance: Instance, incoming: Incoming) -> Answer:
    token = api_token(instance, incoming, power=Power.READ_TOKEN)
    if isinstance(token, Answer):
        return token
    if isinstance(token, OAuthToken):
        return json_answer(400, {"message": NOT_PERSONAL})
    return json_answer(200, token_shape(token, instance.now(), instance.flags))


def _associations(instance: Instance, incoming: Incoming) -> Answer:
    token = api_token(instance, incoming, power=Power.READ_TOKEN)
    if isinstance(token, Answer):
        return token
    return associations(instance, token.owner, incoming.query)


def _revoke(instance: Instance, incoming: Incoming) -> Answer:
    """The same address as the question, and any scope will do."""
    token = api_token(instance, incoming)
    if isinstance(token, Answer):
        return token
    token.revoked = True
    instance.did("revoked", token.token)
    return Answer(204)


def _rotate(instance: Instance, incoming: Incoming) -> Answer:
    pair = presented(incoming)
    used = instance.state.access_token(pair.secret)
    if used is not None and used.revoked:
        return _reuse(instance, used)
    token = api_token(instance, incoming, scopes=frozenset({"api", "self_rotate"}))
    if isinstance(token, Answer):
        return token
    if isinstance(token, OAuthToken):
        return json_answer(405, {"message": "405 Method Not Allowed"})
    answer = rotate(instance, token, incoming)
    return Answer(raw=b"") if instance.flags.lose_rotation else answer


def _reuse(instance: Instance, used: AccessToken) -> Answer:
    """Rotating what was rotated away already takes its whole family with it."""
    for token in instance.state.access_tokens:
        if token.family == used.family and not token.revoked:
            token.revoked = True
            instance.did("revoked", token.token)
    return oauth_error(
        "invalid_token", "Token was revoked. You have to re-authorize from the user."
    )


def _user(instance: Instance, incoming: Incoming) -> Answer:
    token = api_token(instance, incoming, scopes=READING, power=Power.READ_PROJECT)
    if isinstance(token, Answer):
        return token
    owner = token.owner
    return json_answer(200, {"id": owner.id, "username": owner.username, "state": "active"})


def _version(instance: Instance, incoming: Incoming) -> Answer:
    token = api_token(instance, incoming, scopes=READING, power=Power.READ_PROJECT)
    if isinstance(token, Answer):
        return token
    return json_answer(200, {"version": "19.2.1-ee", "revision": "made0up0"})


def _project(instance: Instance, incoming: Incoming) -> Answer:
    path = unquote(incoming.path.removeprefix(f"{PREFIX}/projects/")).lower()
    project = instance.state.projects.get(path)
    public = project is not None and project.visibility is Visibility.PUBLIC
    if presented(incoming).kind == "none":
        return _project_shape(instance, project) if project and public else NO_PROJECT
    token = api_token(instance, incoming, scopes=API, power=Power.READ_PROJECT)
    if isinstance(token, Answer):
        return token
    role = instance.state.role(token.owner, project) if project else Role.NONE
    if project is None or not (public or role >= Role.GUEST or token.owner.admin):
        return NO_PROJECT
    return _project_shape(instance, project)


def _project_shape(instance: Instance, project: Project) -> Answer:
    names = instance.flags.image_prefix or instance.registry_url.partition("://")[2]
    shape = {
        "id": project.id,
        "path_with_namespace": project.path,
        "visibility": project.visibility,
        "container_registry_access_level": project.registry,
        "container_registry_enabled": project.registry != "disabled",
        "container_registry_image_prefix": f"{names}/{project.path.lower()}",
    }
    return json_answer(200, shape)


ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/personal_access_tokens/self", _self),
    ("DELETE", "/personal_access_tokens/self", _revoke),
    ("GET", "/personal_access_tokens/self/associations", _associations),
    ("POST", "/personal_access_tokens/self/rotate", _rotate),
    ("GET", "/user", _user),
    ("GET", "/(version|metadata)", _version),
    ("GET", "/projects/[^/]+", _project),
)
