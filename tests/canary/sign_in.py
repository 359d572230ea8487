"""A second person uses all that signs people in: links, a session, a password, codes."""

import re
import subprocess
import sys
from email import message_from_bytes, policy
from html import unescape
from urllib.parse import urlsplit

from tests.canary.instance import Instance
from tests.canary.secrets import new_canary
from tests.canary.spellings import Canary
from tests.canary.visitor import Visitor
from tests.config.installation import PROJECT
from tests.journeys.product import eventually
from tests.workspaces.sign_in.apps import code_of

CAROL = "carol@example.org"
PEOPLE = "/o/acme/web/people/"
INVITATION = re.compile(r'value="([^"]*/invitations/([^"/]+)/)"')
RESET = re.compile(r"/account/password/reset/key/([\w-]+)/")
RETURN = re.compile(r"/account/return/([^/\s]+)/")
SEED = re.compile(r"\b((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})\b")
TOKEN = re.compile(r'value="(lkk_[0-9A-Za-z]{36})"')
WORKSPACE = re.compile(r'name="workspaces" value="([0-9a-f-]{36})"')
CODE = re.compile(r"<li>([\w-]{8,})</li>")


def sign_in_by_everything(instance: Instance) -> None:
    """Carol is invited, adds an app, loses her password, signs in again, and deletes her account,
    which comes back; all of it is noted."""
    carol = instance.carol
    password, wrong = new_canary("carols-password"), new_canary("carols-wrong-password")
    instance.canaries += [password, wrong]
    _accept(instance, carol, password)
    _add_app(instance, carol, password, wrong)
    _note_session(instance, carol)
    _reset(instance, carol)
    _note_session(instance, carol)
    _invite_to_organization(instance)
    _use_a_token(instance, carol)
    _delete_and_return(instance, carol)


def _note(instance: Instance, kind: str, secret: str) -> None:
    instance.canaries.append(Canary(kind, secret))


def _note_session(instance: Instance, carol: Visitor) -> None:
    _note(instance, "session cookie", carol.cookie("lockkeeper_session"))


def _invited(instance: Instance, sent_to: str, at: str, email: str, role: str) -> str:
    """Ada makes an invitation on the page ``at``; returns the path of its link, which is noted."""
    page = instance.ada.post(sent_to, at=at, email=email, role=role)
    found = INVITATION.search(page.text)
    assert found, page.text
    _note(instance, "invitation", found[2])
    return urlsplit(unescape(found[1])).path


def _accept(instance: Instance, carol: Visitor, password: Canary) -> None:
    path = _invited(instance, f"{PEOPLE}invite/", PEOPLE, CAROL, "user")
    assert carol.post(path, name="Carol", password=password.secret).url.endswith("/o/acme/web/")


def _add_app(instance: Instance, carol: Visitor, password: Canary, wrong: Canary) -> None:
    """The app is added after the password is proven, wrongly at first."""
    app = "/account/factors/app/"
    for asked in (wrong, password):
        assert carol.post("/account/reauthenticate/", password=asked.secret).ok
    page = carol.get(app).text
    found = SEED.search(page)
    assert found, page
    seed = found[1].replace(" ", "")
    _note(instance, "seed", seed)
    _note(instance, "seed", found[1])
    shown = carol.post(app, code=code_of(seed)).text
    codes = CODE.findall(shown)
    assert len(codes) > 5, shown
    for code in codes:
        _note(instance, "recovery code", code)


def _reset(instance: Instance, carol: Visitor) -> None:
    """A link gives a new password; she signs in with it and a recovery code."""
    new = new_canary("carols-new-password")
    instance.canaries.append(new)
    carol.post("/account/logout/")
    key = _link_by_command(instance)
    _note(instance, "reset link", key)
    page = carol.get(f"/account/password/reset/key/{key}/")
    carol.post(urlsplit(page.url).path, password1=new.secret, password2=new.secret)
    step = carol.post("/account/login/", login=CAROL, password=new.secret)
    assert "/account/second-step/" in step.url, step.text
    spare = next(c.secret for c in instance.canaries if c.kind == "recovery code")
    carol.post("/account/second-step/", code=spare)
    assert carol.get("/account/").url.endswith("/account/")


def _invite_to_organization(instance: Instance) -> None:
    """A second kind of invitation, which its person looks at."""
    home = "/organizations/acme/"
    path = _invited(instance, f"{home}people/invite/", home, "dave@example.org", "member")
    assert Visitor(instance.product.url).get(path).ok


def _use_a_token(instance: Instance, carol: Visitor) -> None:
    """Carol makes an API token and sends it, also with a body that is refused."""
    page = "/account/tokens/add/"
    place = WORKSPACE.findall(carol.get(page).text)[0]
    made = carol.post(page, name="script", scopes="checks:run", workspaces=place, days="30")
    found = TOKEN.search(made.text)
    assert found, made.text
    _note(instance, "api token", found[1])
    assert carol.call("/api/v1/workspaces", found[1]).ok
    assert carol.call(f"/api/v1/workspaces/{place}/credentials", found[1]).status_code == 403


def _delete_and_return(instance: Instance, carol: Visitor) -> None:
    """The mail about the deletion has a link that brings the account back."""
    assert carol.post("/account/delete/", address=CAROL).url.endswith("/account/login/")
    eventually(lambda: bool(_return_links(instance)), otherwise=instance.product.words)
    [token] = _return_links(instance)
    _note(instance, "return link", token)
    assert carol.post(f"/account/return/{token}/").ok


def _return_links(instance: Instance) -> set[str]:
    found = set[str]()
    for file in (instance.product.data / "mails").glob("*.eml"):
        body = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
        found |= set(RETURN.findall(body.get_content() if body else ""))
    return found


def _link_by_command(instance: Instance) -> str:
    """The key of a link that gives a new password, as an operator makes one."""
    done = subprocess.run(
        [sys.executable, "manage.py", "password_link", CAROL],
        cwd=PROJECT,
        env=instance.product.variables,
        capture_output=True,
        text=True,
        timeout=150,
        check=True,
    )
    found = RESET.search(done.stdout)
    assert found, done.stdout
    return found[1]
