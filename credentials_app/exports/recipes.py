"""Lines to copy that hold no secret: they fetch it, or say where to enter it. Pure.

The secret goes through standard input, never through a command line; the token stands in a file,
which curl reads by ``-H @file``. Sources: docs.docker.com, "docker login"; external-secrets
docs/provider/webhook.md; docs.gitlab.com, "Use Docker images" and "Predefined variables";
docker/login-action README; nextflow-io/nextflow docs/wave.mdx; tower-cli.
"""

import json
import re
import shlex
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials_app.exports.files import FileFormat, kubernetes_name
from credentials_app.exports.readers import host_key
from credentials_app.resolver import Candidate

HEADER_FILE = "lockkeeper.header"
NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
"""What JSON leaves as it is and YAML refuses, or takes for the end of a line."""


GITLAB_JOBS = (
    (
        "job-token",
        "The project's own registry: nothing need be stored, and the token ends with the job.",
        ("$CI_REGISTRY_PASSWORD", '"$CI_REGISTRY_USER"', '"$CI_REGISTRY"'),
    ),
    (
        "other-project",
        "Another project that allows this one in Settings > CI/CD > Job token permissions.",
        ("$CI_JOB_TOKEN", "gitlab-ci-token", '"$CI_REGISTRY"'),
    ),
    (
        "deploy-token",
        "A deploy token that is named gitlab-deploy-token comes into every job by itself.",
        ("$CI_DEPLOY_PASSWORD", '"$CI_DEPLOY_USER"', '"$CI_REGISTRY"'),
    ),
)


@dataclass(frozen=True)
class Recipe:
    """A text to copy, and what a person should know of it."""

    key: str
    title: str | Promise
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """Where the secret is fetched: the address of this Lockkeeper, and the workspace's key."""

    site: str
    workspace: str

    @property
    def fetch(self) -> str:
        """The address of the fetch."""
        return f"{self.site.rstrip('/')}/api/v1/fetch"


def recipes_of(candidate: Candidate, username: str, source: Source) -> list[Recipe]:
    """The texts for one credential."""
    return [
        docker_login(candidate, username, source),
        kubectl_line(candidate),
        external_secrets(candidate, source),
        gitlab_ci(candidate, username),
        github_actions(candidate, username, source),
        nextflow(candidate, username),
    ]


def fetch_line(candidate: Candidate, source: Source) -> str:
    """The command that prints the secret alone."""
    wanted = {"credential": str(candidate.pk), "as": "password"}
    if candidate.push:
        wanted["need"] = "push"
    return shlex.join(
        [
            *("curl", "-fsS", "-H", f"@{HEADER_FILE}", "-H", "Content-Type: application/json"),
            *("-d", json.dumps(wanted, separators=(",", ":")), source.fetch),
        ]
    )


def docker_login(candidate: Candidate, username: str, source: Source) -> Recipe:
    """Sign in with the secret on standard input."""
    login = ["docker", "login", "--username", username, "--password-stdin"]
    host = host_key(candidate.origin)
    line = shlex.join(login if host == "docker.io" else [*login, host])
    text = f"set -o pipefail\n{fetch_line(candidate, source)} \\\n  | {line}\n"
    notes = (
        _(
            "The file %(file)s has one line: Authorization: Bearer, and a token with the scope "
            "secrets:fetch."
        )
        % {"file": HEADER_FILE},
        _("docker stores the login unencrypted in ~/.docker/config.json unless it has a store."),
    )
    return Recipe("login", gettext_lazy("docker login"), text, notes)


def kubectl_line(candidate: Candidate) -> Recipe:
    """Make the same pull secret of the file config.json."""
    text = shlex.join(
        [
            *("kubectl", "create", "secret", "generic", kubernetes_name(candidate.name)),
            "--type=kubernetes.io/dockerconfigjson",
            "--from-file=.dockerconfigjson=config.json",
        ]
    )
    notes = (
        _(
            "Download config.json first. The secret must be in the namespace of the pods: add "
            "--namespace."
        ),
    )
    return Recipe("kubectl", "kubectl", f"{text}\n", notes)


def external_secrets(candidate: Candidate, source: Source) -> Recipe:
    """A store and a secret of the External Secrets Operator; it fetches every 15 minutes."""
    name = kubernetes_name(candidate.name)
    store = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "SecretStore",
        "metadata": {"name": "lockkeeper"},
        "spec": {
            "provider": {
                "webhook": {
                    "url": f"{source.site.rstrip('/')}/api/v1/workspaces/{source.workspace}"
                    "/credentials/{{ .remoteRef.key }}/login"
                    + ("?need=push" if candidate.push else ""),
                    "headers": {"Authorization": "Bearer {{ .auth.token }}"},
                    "result": {"jsonPath": "$.{{ .remoteRef.property }}"},
                    "timeout": "10s",
                    "secrets": [{"name": "auth", "secretRef": {"name": "lockkeeper-token"}}],
                }
            }
        },
    }
    wanted = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": name},
        "spec": {
            "refreshInterval": "15m",
            "secretStoreRef": {"name": "lockkeeper", "kind": "SecretStore"},
            "target": {
                "name": name,
                "template": {
                    "type": "kubernetes.io/dockerconfigjson",
                    "data": {".dockerconfigjson": "{{ .config }}"},
                },
            },
            "data": [
                {
                    "secretKey": "config",
                    "remoteRef": {"key": str(candidate.pk), "property": "dockerconfigjson"},
                }
            ],
        },
    }
    text = "---\n".join(json.dumps(each, indent=2) + "\n" for each in (store, wanted))
    notes = (
        _(
            "The token is in a secret named lockkeeper-token, under token, with the label "
            "external-secrets.io/type: webhook."
        ),
    )
    return Recipe("external", "External Secrets", text, notes)


def gitlab_ci(candidate: Candidate, username: str) -> Recipe:
    """The four ways by which a job of GitLab signs in."""
    host = host_key(candidate.origin)
    text = "".join(
        f"# {number}. {words}\n{job}:\n  script:\n    - {_login_in_yaml(*parts)}\n\n"
        for number, (job, words, parts) in enumerate(
            [
                *GITLAB_JOBS,
                (
                    "stored-login",
                    "Any other login: a variable of the project, masked and protected.",
                    ("$REGISTRY_PASSWORD", shlex.quote(username), shlex.quote(host)),
                ),
            ],
            start=1,
        )
    )
    notes = (
        _(
            "Images of jobs themselves are pulled with the variable DOCKER_AUTH_CONFIG: download "
            "its value as “GitLab: DOCKER_AUTH_CONFIG”."
        ),
        _(
            "GitLab may not be able to mask DOCKER_AUTH_CONFIG: make it protected, and never print "
            "it."
        ),
        _(
            "A pipeline for a fork's merge request that runs in this project gets its variables: "
            "read the change first."
        ),
    )
    return Recipe("gitlab", "GitLab CI", text, notes)


def github_actions(candidate: Candidate, username: str, source: Source) -> Recipe:
    """The step of a workflow, and the command that stores its password."""
    host = host_key(candidate.origin)
    registry = "" if host == "docker.io" else f"    registry: {_yaml(host)}\n"
    text = (
        "- uses: docker/login-action@v3\n"
        "  with:\n"
        f"{registry}"
        f"    username: {_literally(_yaml(username))}\n"
        "    password: ${{ secrets.REGISTRY_PASSWORD }}\n"
    )
    notes = (
        _("Store the password once: %(line)s")
        % {"line": f"{fetch_line(candidate, source)} | gh secret set REGISTRY_PASSWORD"},
        _("Workflows of forks get no secrets, unless they run by pull_request_target."),
    )
    return Recipe("github", "GitHub Actions", text, notes)


def nextflow(candidate: Candidate, username: str) -> Recipe:
    """Settings of Nextflow, and the login that Wave takes from Seqera Platform."""
    host = host_key(candidate.origin)
    add = shlex.join(
        [
            *("tw", "credentials", "add", "container-reg", "-n", candidate.name),
            *("-u", username, "-r", host, "-p"),
        ]
    )
    text = (
        "// nextflow.config\n"
        "docker.enabled = true\n"
        f"docker.registry = {_groovy(host)}\n"
        "wave.enabled = true\n"
    )
    notes = (
        _(
            "Without Wave, Nextflow pulls with the login of docker or podman on that machine: "
            "docker login is enough."
        ),
        _(
            "Wave ignores the files of the machine. It takes its login from the workspace of "
            "Seqera Platform that TOWER_ACCESS_TOKEN belongs to. Store it there once; this asks "
            "for the password: %(line)s"
        )
        % {"line": add},
    )
    return Recipe("nextflow", gettext_lazy("Nextflow and Wave"), text, notes)


FILE_TITLES: dict[FileFormat, str | Promise] = {
    FileFormat.DOCKER: gettext_lazy("docker: config.json"),
    FileFormat.PODMAN: gettext_lazy("podman, skopeo, buildah: auth.json"),
    FileFormat.KUBERNETES: gettext_lazy("Kubernetes: pull secret (YAML)"),
    FileFormat.GITLAB: gettext_lazy("GitLab: DOCKER_AUTH_CONFIG"),
}


def _login_in_yaml(password: str, username: str, host: str) -> str:
    """A line of a script. `echo` would change a backslash in some shells."""
    return _yaml(
        f'printf %s "{password}" | docker login --username {username} --password-stdin {host}'
    )


def _yaml(text: str) -> str:
    """The text as a string of YAML: that of JSON, without what YAML reads in another way."""
    quoted = json.dumps(text, ensure_ascii=False)
    return NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _literally(text: str) -> str:
    """The text, with no expression of GitHub in it."""
    return text.replace("${{", "${{ '${{' }}")


def _groovy(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
