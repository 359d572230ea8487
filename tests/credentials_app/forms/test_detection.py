"""What the form learns from the fields: provider, token page, kind, usual names, a twin."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils.html import escape

from credentials_app.checks import check
from credentials_app.forms import CredentialForm
from credentials_app.forms.detection import detect_from_fields
from credentials_app.forms.token_patterns import TELLING
from credentials_app.models import Credential, Trial
from credentials_app.services.columns import version_of
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "deploy",
    "provider": "generic",
    "username": "ci-robot",
    "secret": scenes.PASSWORD,
    "server": "registry.example.org",
    "need": "pull",
}
GLPAT = "glpat-MADEUPMADEUPMADEUP12"
KEY = '{"type": "service_account", "client_email": "made-up@example.com", "private_key": "%s"}' % (
    r"-----BEGIN PRIVATE KEY-----\n" + "TUFERVVQ" * 12 + r"\n-----END PRIVATE KEY-----\n"
)


def form_of(seat: Seat, **values: str) -> CredentialForm:
    return CredentialForm(seat, {**GOOD, **values})


def send(visitor: Client, seat: Seat, act: str = "add", **values: Any) -> Any:
    return visitor.post(credentials_url(seat.workspace, "add"), {**GOOD, "act": act, **values})


def ask(visitor: Client, seat: Seat, **values: str) -> str:
    typed = {key: value for key, value in GOOD.items() if key != "secret"}
    answer = visitor.get(credentials_url(seat.workspace, "found"), {**typed, **values})
    assert answer.status_code == 200
    return answer.content.decode()


SERVERS = {
    "GitLab.com": ("registry.gitlab.com", "gitlab"),
    "GitHub": ("ghcr.io", "ghcr"),
    "Docker Hub by its usual name": ("docker.io", "docker_hub"),
    "ECR": ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "ecr"),
    "Google": ("europe-west1-docker.pkg.dev", "gar"),
    "Azure": ("myregistry.azurecr.io", "acr"),
    "Quay": ("quay.io", "quay"),
    "a registry of one's own": ("registry.example.org", "generic"),
    "half a name": ("registry.gitlab.co", "generic"),
    "a name that only ends alike": ("evil-ghcr.io", "generic"),
    "nothing": ("", "generic"),
    "no address": ("a b", "generic"),
}


@pytest.mark.parametrize("case", SERVERS)
def test_the_provider_is_found_from_the_server_while_typing(
    visitor: Client, seat: Seat, case: str
) -> None:
    server, slug = SERVERS[case]
    page = ask(visitor, seat, server=server)
    assert f'data-speaks-as="{slug}"' in page
    assert ("labels and help are its own" in page) is (slug != "generic")


def test_what_a_person_chose_stands_and_the_difference_is_told(visitor: Client, seat: Seat) -> None:
    page = ask(visitor, seat, provider="gitlab", server="ghcr.io")
    assert 'data-speaks-as="gitlab"' in page
    assert "This server is GitHub Container Registry, and GitLab is chosen" in page
    assert "ghcr.io/-/user_settings" not in page


def test_the_page_for_the_token_comes_filled_in(visitor: Client, seat: Seat) -> None:
    page = ask(visitor, seat, provider="gitlab", server="git.example.org:5050", need="push")
    link = "https://git.example.org/-/user_settings/personal_access_tokens?name=deploy&amp;"
    assert f"{link}scopes=read_registry,write_registry" in page
    assert 'hx-swap-oob="true"' in page


DEPLOY = "https://git.example.org/group/project/-/settings/repository#js-deploy-tokens"


def test_the_deploy_token_of_the_typed_project_is_linked_first(visitor: Client, seat: Seat) -> None:
    values = {"provider": "gitlab", "server": "git.example.org:5050"}
    page = ask(visitor, seat, **values, repository="git.example.org:5050/Group/Project")
    assert page.count(f'href="{DEPLOY}"') == 2
    assert "A Maintainer of the project, or an Owner of the group" in page
    assert "With two-factor authentication" in page
    assert "With server and repository" not in page
    page = ask(visitor, seat, **values, repository="no such: name")
    assert "js-deploy-tokens" not in page
    assert "With server and repository" in page


def test_which_token_to_take_follows_the_server(visitor: Client, seat: Seat) -> None:
    page = ask(visitor, seat, server="ghcr.io")
    assert "Fine-grained personal access token" in page
    assert "Deploy token" not in page
    assert "<dl" not in ask(visitor, seat, server="registry.example.net")


def test_without_scripts_the_form_says_which_token_to_take(visitor: Client, seat: Seat) -> None:
    url = credentials_url(seat.workspace, "add")
    values = {**GOOD, "server": "git.example.org:5050", "provider": "gitlab", "secret": ""}
    page = visitor.post(url, {**values, "repository": "group/project"}).content.decode()
    assert "<summary>Which token?</summary>" in page
    assert page.count(f'href="{DEPLOY}"') == 2
    assert 'hx-swap-oob="true"' not in page


def test_a_password_in_the_question_is_ignored(visitor: Client, seat: Seat) -> None:
    page = ask(visitor, seat, secret=GLPAT)
    assert 'data-speaks-as="generic"' in page
    assert GLPAT not in page


def test_a_user_name_with_a_nul_is_no_user_name() -> None:
    """PostgreSQL refuses a query for one, and the form looks for the same login."""
    assert detect_from_fields({"server": "quay.io", "username": "a\0b"}).username == ""


def test_without_scripts_the_fields_speak_at_the_next_answer(visitor: Client, seat: Seat) -> None:
    page = send(visitor, seat, server="ghcr.io", name="").content.decode()
    assert "Classic token" in page
    assert "This is GitHub Container Registry" in page
    assert "github.com/settings/tokens/new?scopes=read:packages" in page


def test_the_shape_of_the_token_tells_the_provider_where_the_server_does_not(seat: Seat) -> None:
    assert form_of(seat, secret=GLPAT).found.provider.slug == "gitlab"
    assert form_of(seat, secret=GLPAT, provider="harbor").found.provider.slug == "harbor"
    assert form_of(seat, secret="made-up-password").found.provider.slug == "generic"


def test_an_earlier_look_tells_whose_server_it_is(seat: Seat) -> None:
    row = scenes.checked(
        scenes.stored(by=seat), scenes.verdict(Outcome.REJECTED, provider="harbor")
    )
    form = CredentialForm(seat, {**GOOD, "secret": ""}, credential=row)
    assert form.found.provider.slug == "harbor"
    elsewhere = {**GOOD, "secret": "", "server": "other.example.org"}
    assert CredentialForm(seat, elsewhere, credential=row).found.provider.slug == "generic"


def test_the_sign_in_host_that_a_check_saw_is_where_tokens_are_made(
    visitor: Client, seat: Seat
) -> None:
    send(visitor, seat, "check", provider="gitlab", server="images.example.org")
    trial = Trial.objects.get()
    with scenes.registry_says(scenes.verdict(Outcome.REJECTED, provider="gitlab")):
        check.check_one(Trial, trial.pk)
    page = ask(visitor, seat, server="images.example.org", trial=str(trial.pk))
    assert "https://gitlab.example.org/-/user_settings/personal_access_tokens" in page


KINDS = {
    "a deploy token": ({"secret": "gldt-MADEUPMADEUPMADEUP12"}, "gitlab+deploy-token-N"),
    "a job token": ({"secret": "glcbt-64_MADEUPMADEUPMADEUP"}, "It ends with its job"),
    "a job's user name": ({"username": "gitlab-ci-token"}, "GitLab: CI job token. It ends with"),
    "a job's user name by its variable": (
        {"provider": "gitlab", "username": "$CI_REGISTRY_USER"},
        "GitLab: CI job token. It ends with its job",
    ),
    "by the user name": (
        {"provider": "gitlab", "username": "gitlab+deploy-token-7"},
        "GitLab: deploy token.",
    ),
    "of another provider": (
        {"provider": "harbor", "secret": GLPAT},
        "By its shape this belongs to GitLab",
    ),
    "an ECR password": (
        {"username": "AWS", "secret": "QVdTOm" + "MADEUP" * 20},
        "It expires after twelve hours",
    ),
}


@pytest.mark.parametrize("case", KINDS)
def test_the_kind_of_the_token_is_named_beside_its_field(
    visitor: Client, seat: Seat, case: str
) -> None:
    values, told = KINDS[case]
    page = send(visitor, seat, "check", **values).content.decode()
    assert told in page
    assert Trial.objects.exists()
    assert values.get("secret", scenes.PASSWORD) not in page


USER_NAMES = {
    "a job's, at an unknown server": (
        {"username": "gitlab-ci-token"},
        "CI job token. It ends with",
    ),
    "a job's, at GitLab": (
        {"username": "gitlab-ci-token", "server": "registry.gitlab.com"},
        "By its user name: GitLab, CI job token. It ends with its job",
    ),
    "a deploy token's": (
        {"username": "gitlab+deploy-token-7", "provider": "gitlab"},
        "By its user name: GitLab, deploy token. It needs its own user name",
    ),
    "an e-mail address at Docker Hub": (
        {"username": "ci@example.com", "server": "docker.io"},
        "Docker Hub wants the Docker ID",
    ),
    "a temporary access key's": (
        {"username": "ASIAMADEUPMADEUP1234", "provider": "ecr"},
        "Store an IAM user&#x27;s lasting key",
    ),
    "one that tells nothing": ({"username": "ci-robot", "server": "registry.gitlab.com"}, ""),
}


@pytest.mark.parametrize("case", USER_NAMES)
def test_a_user_name_that_tells_the_kind_is_named_while_typing(
    visitor: Client, seat: Seat, case: str
) -> None:
    values, told = USER_NAMES[case]
    page = ask(visitor, seat, **values)
    assert told in page
    assert ("By its user name" in page) is bool(told)


def test_what_scripts_name_while_a_secret_is_typed_is_what_is_said_afterwards(
    visitor: Client, seat: Seat
) -> None:
    page = visitor.get(credentials_url(seat.workspace, "add")).content.decode()
    patterns = {telling.pattern: telling for telling in TELLING}
    assert len(patterns) >= 25
    for pattern in patterns:
        assert re.search(r"\(\?(?!:)|\\[AZ]|[*+?}]\+", pattern) is None, "scripts cannot read it"
        assert f'data-shape="{escape(pattern)}"' in page
    secrets = ["glcbt-64_MADEUPMADEUP", GLPAT, "glrt-MADEUPMADEUP12", "ghs_" + "MADEUP" * 6, KEY]
    for secret in secrets:
        first = next(t for t in TELLING if re.fullmatch(t.pattern, secret, re.DOTALL))
        found = form_of(seat, secret=secret).found
        assert (found.provider, found.kind) == (first.provider, first.kind)


HOPELESS = {
    "a runner's token": ({"secret": "glrt-MADEUPMADEUPMADEUP12"}, "runner’s|runner&#x27;s"),
    "a fine-grained GitHub token": ({"secret": "github_pat_MADEUP" * 3}, "fine-grained"),
    "a cut GitLab token": ({"secret": "glpat-MADEUPMADEUPMADEUPMADEUP.01.0"}, "damaged"),
    "a cut JSON key": (
        {"provider": "gar", "username": "_json_key", "secret": KEY[:60]},
        "damaged",
    ),
    "a temporary access key": (
        {"provider": "ecr", "username": "ASIAMADEUPMADEUP1234"},
        "temporary access key",
    ),
}


@pytest.mark.parametrize("act", ["add", "check"])
@pytest.mark.parametrize("case", HOPELESS)
def test_what_can_never_work_is_told_before_any_request(
    visitor: Client, seat: Seat, case: str, act: str
) -> None:
    values, told = HOPELESS[case]
    answer = send(visitor, seat, act, **values)
    errors = answer.context["form"].errors
    assert list(errors) == ["secret"]
    assert any(word in str(errors["secret"]) for word in told.split("|"))
    assert values.get("secret", scenes.PASSWORD) not in answer.content.decode()
    assert not Trial.objects.exists()
    assert not Credential.objects.exists()


NAMES = {
    "NVIDIA": ({"provider": "nvidia"}, "$oauthtoken"),
    "IBM": ({"server": "de.icr.io"}, "iamapikey"),
    "Scaleway": ({"server": "rg.fr-par.scw.cloud"}, "nologin"),
    "a Google JSON key": ({"server": "europe-west1-docker.pkg.dev", "secret": KEY}, "_json_key"),
    "a Google key by its shape": ({"secret": KEY}, "_json_key"),
    "a Google access token": (
        {"server": "gcr.io", "secret": "ya29." + "MADEUP" * 10},
        "oauth2accesstoken",
    ),
    "an ECR password": (
        {"provider": "ecr", "secret": "QVdTOm" + "MADEUP" * 20},
        "AWS",
    ),
}


@pytest.mark.parametrize("case", NAMES)
def test_a_user_name_that_is_always_the_same_need_not_be_typed(seat: Seat, case: str) -> None:
    values, name = NAMES[case]
    form = form_of(seat, **{**values, "username": " "})
    assert form.is_valid(), form.errors
    assert form.draft().username == name
    assert f'value="{name}"' in str(form["username"])


def test_a_user_name_that_was_typed_stays(seat: Seat) -> None:
    form = form_of(seat, provider="scaleway", username="anything")
    assert form.is_valid()
    assert form.draft().username == "anything"


def test_a_json_key_is_stored_as_it_was_pasted(visitor: Client, seat: Seat) -> None:
    pasted = KEY.replace(", ", ",\n  ")
    values = {"server": "europe-west1-docker.pkg.dev", "username": "", "secret": pasted}
    assert send(visitor, seat, **values).status_code == 302
    row = Credential.objects.get()
    assert row.username == "_json_key"
    assert (
        pasted
        not in visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk)).content.decode()
    )


TWINS = {
    "the same": ({}, True),
    "the same, spelled otherwise": ({"server": "https://Registry.Example.org/v2/"}, True),
    "another repository": ({"repository": "team/app"}, False),
    "another user name": ({"username": "CI-robot"}, False),
    "another port": ({"server": "registry.example.org:5000"}, False),
    "no server yet": ({"server": ""}, False),
}


@pytest.mark.parametrize("case", TWINS)
def test_a_second_one_for_the_same_login_is_warned_about_before_it_is_added(
    visitor: Client, seat: Seat, case: str
) -> None:
    values, warned = TWINS[case]
    scenes.stored("first", by=seat)
    told = "is for the same server, user name and repository"
    assert (told in ask(visitor, seat, **values)) is warned
    page = send(visitor, seat, name="", **values).content.decode()
    assert (told in page) is warned


def test_a_credential_is_no_twin_of_itself_nor_of_another_workspace(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.stored("first", by=seat)
    scenes.stored("first", by=cast.seat(cast.workspace("other")))
    assert "is for the same server" not in ask(visitor, seat, but=str(row.pk))


def finds_it_elsewhere(model: type[Credential] | type[Trial], pk: UUID) -> None:
    told = scenes.verdict(Outcome.WRONG_SERVER, suggested_server="registry.example.net:5050")
    with scenes.registry_says(told):
        if model is Trial:
            check.check_one(Trial, pk)
        else:
            check.check_one(Credential, pk)


def test_the_server_that_a_check_found_is_taken_by_one_button(visitor: Client, seat: Seat) -> None:
    send(visitor, seat, "check", server="gitlab.example.net")
    first = Trial.objects.get()
    finds_it_elsewhere(Trial, first.pk)
    page = visitor.get(credentials_url(seat.workspace, "trial", pk=first.pk)).content.decode()
    assert "Use registry.example.net:5050 and check" in page
    values = {"server": "gitlab.example.net", "instead": "registry.example.net:5050"}
    page = send(visitor, seat, "use_server", trial=str(first.pk), **values).content.decode()
    assert 'value="registry.example.net:5050"' in page
    second = Trial.objects.exclude(pk=first.pk).get()
    assert second.origin == Origin.parse("https://registry.example.net:5050")


def test_the_proposed_server_gets_no_password_that_was_not_typed_for_it(
    visitor: Client, seat: Seat
) -> None:
    send(visitor, seat, "check", server="gitlab.example.net")
    first = Trial.objects.get()
    finds_it_elsewhere(Trial, first.pk)
    values = {"instead": "registry.example.net:5050", "secret": "", "trial": str(first.pk)}
    answer = send(visitor, seat, "use_server", **values)
    assert list(answer.context["form"].errors) == ["secret"]
    assert Trial.objects.count() == 1


@pytest.mark.parametrize("instead", ["", "a b", "http://registry.example.net"])
def test_a_proposal_is_read_like_anything_that_is_typed(
    visitor: Client, seat: Seat, instead: str
) -> None:
    answer = send(visitor, seat, "use_server", instead=instead)
    assert list(answer.context["form"].errors) == ["server"]
    assert not Trial.objects.exists()


def test_the_page_of_a_stored_one_proposes_the_server_and_asks_for_the_password(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.stored("deploy", by=seat)
    finds_it_elsewhere(Credential, row.pk)
    row.refresh_from_db()
    page = visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk)).content.decode()
    edit = credentials_url(seat.workspace, "edit", pk=row.pk)
    assert f'{edit}?server=registry.example.net%3A5050"' in page
    page = visitor.get(edit, {"server": "registry.example.net:5050"}).content.decode()
    assert 'value="registry.example.net:5050"' in page
    assert "asks for the password again" in page
    known = {**GOOD, "secret": "", "seen": version_of(row)}
    answer = visitor.post(edit, {**known, "server": "registry.example.net:5050"})
    assert list(answer.context["form"].errors) == ["secret"]
    row.refresh_from_db()
    assert row.origin == scenes.REGISTRY


@pytest.mark.parametrize(
    ("outcome", "linked"),
    [
        (Outcome.EXPIRED, True),
        (Outcome.REVOKED, True),
        (Outcome.REJECTED, True),
        (Outcome.MISSING_SCOPE, True),
        (Outcome.VALID, False),
        (Outcome.UNREACHABLE, False),
    ],
)
def test_a_bad_one_links_to_where_the_next_token_is_made(
    visitor: Client, seat: Seat, outcome: Outcome, linked: bool
) -> None:
    row = scenes.stored("deploy", by=seat, provider="gitlab")
    told = scenes.verdict(outcome, provider="gitlab")
    scenes.checked(row, told, scenes.evidence(kind="deploy_token"))
    page = visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk)).content.decode()
    link = "https://gitlab.example.org/-/user_settings/personal_access_tokens?name=deploy"
    assert (link in page) is linked


def test_the_kind_that_a_check_saw_stands_beside_the_password(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat, provider="gitlab")
    told = scenes.verdict(Outcome.VALID, provider="gitlab")
    scenes.checked(row, told, scenes.evidence(kind="deploy_token"))
    page = visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk)).content.decode()
    assert "Deploy token. It needs its own user name" in page


def test_readers_are_offered_no_buttons(seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    finds_it_elsewhere(Credential, row.pk)
    row.refresh_from_db()
    cast.participant(seat.workspace, cast.bob(), "viewer")
    address = credentials_url(seat.workspace, "detail", pk=row.pk)
    page = cast.client_for(cast.bob()).get(address).content.decode()
    assert "Use registry.example.net:5050 as the registry server" not in page
    assert "?server=" not in page
