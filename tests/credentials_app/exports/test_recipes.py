"""The texts to copy, with awkward names and secrets, as shells, YAML and the tools read them."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from credentials_app.exports.files import kubernetes_name
from credentials_app.exports.recipes import Recipe, Source, recipes_of
from credentials_app.resolver import Candidate
from registry.addresses.origins import DOCKER_HUB, Origin
from tests.builtin_schemas import GITHUB_WORKFLOW, GITLAB_CI, faults_by
from tests.credentials_app.test_resolver import candidate

AWKWARD = {
    "plain": "deploy",
    "a dollar": "robot$ci $HOME $(id) ${PATH}",
    "quotes": 'it\'s "quoted" and `ticked`',
    "backslashes": "back\\slash \\n \\u0041 \\",
    "a percent sign": "100% %s %(name)s %%",
    "letters of the world": "päss-ключ-鍵-😀",
    "ends of lines of other standards": "a\u0085b\u2028c\u2029d\ufeffe\x7ff",
    "signs of YAML": "- {a: [b, #c]}, &d *e !f | > @g: ",
    "an expression of GitHub": "${{ secrets.OTHER }} {{ x }} ${{",
    "an option": "--password=made-up",
    "an end of a comment": "a */ // # b",
}
SITE = Source("https://lockkeeper.example.org", "1f2a")
NAMES = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
STUB = """#!{python} -I
import json, pathlib, sys
given = sys.stdin.buffer.read().decode() if not {silent} else ""
sys.stdout.buffer.write({answer!r}.encode())
file = pathlib.Path({folder!r}) / (pathlib.Path(sys.argv[0]).name + ".json")
file.write_text(json.dumps([sys.argv[1:], given]))
"""


@dataclass(frozen=True)
class Case:
    """A credential and its user name, both awkward, at an awkward server."""

    row: Candidate
    username: str

    def text(self, key: str) -> str:
        return self.recipe(key).text

    def recipe(self, key: str) -> Recipe:
        [found] = [each for each in recipes_of(self.row, self.username, SITE) if each.key == key]
        return found


@pytest.fixture(params=AWKWARD.values(), ids=AWKWARD)
def words(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def case(words: str) -> Case:
    return Case(candidate(words, "team/app", at=Origin("https", "::1", 5050)), words)


Ran = dict[str, tuple[list[str], str]]


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., Ran]:
    """Run a text with stand-ins for all tools; returns the words and the input of each."""

    def run(text: str, *, secret: str = "", by: str = "bash", **env: str) -> Ran:
        for name in ("curl", "docker", "kubectl", "gh", "tw"):
            answer = secret if name == "curl" else ""
            stub = STUB.format(
                python=sys.executable, silent=name == "curl", answer=answer, folder=str(tmp_path)
            )
            (tmp_path / name).write_text(stub, "utf-8")
            (tmp_path / name).chmod(0o755)
        given = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONUTF8": "1", **env}
        checked = subprocess.run([by, "-n"], input=text.encode(), capture_output=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, b"")
        done = subprocess.run(
            [by, "-eu", "-c", text],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=given,
            check=False,
            cwd=tmp_path,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), text
        return {path.stem: tuple(json.loads(path.read_text())) for path in tmp_path.glob("*.json")}

    return run


def test_docker_login(case: Case, words: str, shell: Callable[..., Ran]) -> None:
    ran = shell(case.text("login"), secret=words)
    assert ran["docker"] == (
        ["login", "--username", words, "--password-stdin", "[::1]:5050"],
        words,
    )
    asked = ran["curl"][0]
    body = json.loads(asked[asked.index("-d") + 1])
    assert body == {"credential": str(case.row.pk), "as": "password"}
    assert asked[-1] == "https://lockkeeper.example.org/api/v1/fetch"


def test_docker_login_at_docker_hub_names_no_server(shell: Callable[..., Ran]) -> None:
    hub = Case(candidate("hub", at=DOCKER_HUB, push=True), "ci")
    ran = shell(hub.text("login"), secret="made-up-password-1")
    assert ran["docker"][0] == ["login", "--username", "ci", "--password-stdin"]
    assert json.loads(ran["curl"][0][6])["need"] == "push"


def test_kubectl(case: Case, shell: Callable[..., Ran], tmp_path: Path) -> None:
    line = case.text("kubectl")
    [made] = [shell(line)["kubectl"][0]]
    assert NAMES.fullmatch(made[3]), made[3]
    assert made[:3] == ["create", "secret", "generic"]
    real = shutil.which("kubectl")
    if real is not None:
        (tmp_path / "config.json").write_text('{"auths": {}}')
        dry = [real, *made, "--dry-run=client", "--output=json"]
        done = subprocess.run(dry, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["type"] == "kubernetes.io/dockerconfigjson"


@pytest.mark.parametrize("name", ["---", "ключ", "a" * 300, "a" * 199 + "-b", "A_b.C"])
def test_a_name_is_one_that_kubernetes_takes(name: str) -> None:
    assert NAMES.fullmatch(kubernetes_name(name))


def test_external_secrets(case: Case) -> None:
    store, wanted = yaml.safe_load_all(case.text("external"))
    hook = store["spec"]["provider"]["webhook"]
    url = hook["url"].replace("{{ .remoteRef.key }}", wanted["spec"]["data"][0]["remoteRef"]["key"])
    assert url == (
        f"https://lockkeeper.example.org/api/v1/workspaces/1f2a/credentials/{case.row.pk}/login"
    )
    assert wanted["spec"]["secretStoreRef"]["name"] == store["metadata"]["name"]
    assert NAMES.fullmatch(wanted["metadata"]["name"])
    [(_key, template)] = wanted["spec"]["target"]["template"]["data"].items()
    assert template == f"{{{{ .{wanted['spec']['data'][0]['secretKey']} }}}}"


@pytest.mark.parametrize("by", ["bash", "sh"])
def test_gitlab_ci(case: Case, words: str, shell: Callable[..., Ran], by: str) -> None:
    jobs = yaml.safe_load(case.text("gitlab"))
    assert list(jobs) == ["job-token", "other-project", "deploy-token", "stored-login"]
    variables = {
        "CI_REGISTRY": "own.example.org",
        "CI_REGISTRY_USER": words,
        "CI_DEPLOY_USER": words,
        **dict.fromkeys(("CI_REGISTRY_PASSWORD", "CI_JOB_TOKEN", "CI_DEPLOY_PASSWORD"), words),
        "REGISTRY_PASSWORD": words,
    }
    for name, job in jobs.items():
        [line] = job["script"]
        asked, given = shell(line, by=by, **variables)["docker"]
        user = "gitlab-ci-token" if name == "other-project" else words
        host = "[::1]:5050" if name == "stored-login" else "own.example.org"
        assert asked == ["login", "--username", user, "--password-stdin", host], name
        assert given == words


def awkward_files(folder: Path, key: str, text: Callable[[str], str]) -> list[Path]:
    """A file for each awkward name, with this recipe."""
    files = []
    for number, words in enumerate(AWKWARD.values()):
        files.append(folder / f"{number}.yml")
        files[-1].write_text(text(Case(candidate(words), words).text(key)), "utf-8")
    return files


def test_gitlab_takes_the_jobs(tmp_path: Path) -> None:
    files = awkward_files(tmp_path, "gitlab", str)
    assert faults_by(GITLAB_CI, *files) == ""
    files[3].write_text(files[3].read_text("utf-8").replace("script:", "scripts:"), "utf-8")
    assert files[3].name in faults_by(GITLAB_CI, *files)


def test_github_takes_the_step(tmp_path: Path) -> None:
    files = awkward_files(tmp_path, "github", workflow)
    assert faults_by(GITHUB_WORKFLOW, *files) == ""
    files[3].write_text(files[3].read_text("utf-8").replace("uses:", "use:"), "utf-8")
    assert files[3].name in faults_by(GITHUB_WORKFLOW, *files)


def workflow(text: str) -> str:
    """A whole workflow with these steps."""
    start = "on: [push]\njobs:\n  pull:\n    runs-on: ubuntu-latest\n    steps:\n"
    return start + "".join(f"      {line}\n" for line in text.split("\n") if line)


def evaluated(text: str) -> str:
    """What GitHub makes of a text: of its expressions, those that are a string alone."""
    return re.sub(r"\$\{\{ '([^']*)' \}\}", lambda found: found[1], text)


def test_github_actions(case: Case, words: str, shell: Callable[..., Ran]) -> None:
    text = case.text("github")
    [step] = yaml.safe_load(text)
    given: dict[str, Any] = step["with"]
    assert evaluated(given["username"]) == words
    assert re.findall(r"\$\{\{ *[^' ]", given["username"]) == []
    assert given["registry"] == "[::1]:5050"
    assert given["password"] == "${{ secrets.REGISTRY_PASSWORD }}"
    line = case.recipe("github").notes[0].removeprefix("Store the password once: ")
    assert shell(line, secret=words)["gh"] == (["secret", "set", "REGISTRY_PASSWORD"], words)


def test_nextflow(case: Case, words: str, shell: Callable[..., Ran]) -> None:
    assert case.text("nextflow") == (
        "// nextflow.config\ndocker.enabled = true\n"
        "docker.registry = '[::1]:5050'\nwave.enabled = true\n"
    )
    line = case.recipe("nextflow").notes[1].partition("asks for the password: ")[2]
    asked = shell(line)["tw"][0]
    assert asked == [
        *("credentials", "add", "container-reg", "-n", words, "-u", words),
        *("-r", "[::1]:5050", "-p"),
    ]


def test_every_recipe_has_its_test() -> None:
    keys = [each.key for each in recipes_of(candidate("ci"), "ci", SITE)]
    assert keys == ["login", "kubectl", "external", "gitlab", "github", "nextflow"]
