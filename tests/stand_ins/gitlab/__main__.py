"""`python -m tests.stand_ins.gitlab`: a GitLab to try things with by hand."""

import argparse
import signal
import tempfile
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.servers.tls import certificate
from tests.stand_ins.gitlab import GitLab, Role, Visibility


def _furnish(gitlab: GitLab) -> list[tuple[str, str, str]]:
    """People, projects and one credential of each interesting kind: (what, user name, secret)."""
    state, today = gitlab.state, datetime.now(UTC).date()
    anna = state.add_user("anna", "made-up-password-1")
    careful = state.add_user("berta", "made-up-password-2", two_factor=True)
    app = state.add_project("team/app", {anna: Role.DEVELOPER}, images=("team/app",))
    state.add_project("team/open", visibility=Visibility.PUBLIC, images=("team/open",))
    state.add_project("other/hidden", images=("other/hidden",))

    def token(what: str, *scopes: str, ends: date | None = today + timedelta(90)) -> Row:
        made = state.add_token(anna, *scopes, expires_on=ends)
        return f"access token, {what}", "any", made.token

    revoked = state.add_token(anna, "read_registry", revoked=True)
    deploy = state.add_deploy_token("read_registry", places=("team/app",))
    bot = state.add_project_token(app, "read_registry", "write_registry")
    return [
        ("account password", anna.username, anna.password),
        ("password with second factor", careful.username, careful.password),
        token("read_registry", "read_registry"),
        token("read and write", "read_registry", "write_registry"),
        token("write only", "write_registry"),
        token("read_user only", "read_user"),
        token("ends in 3 days", "read_registry", ends=today + timedelta(3)),
        token("expired", "read_registry", ends=today),
        ("access token, revoked", "any", revoked.token),
        ("project token", bot.owner.username, bot.token),
        ("deploy token", deploy.username, deploy.token),
    ]


Row = tuple[str, str, str]


def main() -> None:
    """Serve until Ctrl-C or TERM; every request is printed."""
    parser = argparse.ArgumentParser(prog="python -m tests.stand_ins.gitlab", description=__doc__)
    parser.add_argument("--registry-port", type=int, default=5050)
    parser.add_argument("--gitlab-port", type=int, default=8929)
    parser.add_argument("--https", action="store_true", help="with a fresh authority of its own")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        tls = certificate(Path(folder)) if asked.https else None
        with GitLab(tls=tls, web_port=asked.gitlab_port, registry_port=asked.registry_port) as it:
            print(f"GitLab    {it.web_url}\nRegistry  {it.registry_url}")
            if tls is not None:
                print(f"Authority {tls.authority}")
            for what, username, secret in _furnish(it):
                print(f"  {what:32} {username:32} {secret}")
            print("Images: team/app (anna is developer), team/open (public), other/hidden")
            it.requests.listen(lambda one: print(one, flush=True))
            with suppress(KeyboardInterrupt):
                signal.pause()


if __name__ == "__main__":
    main()
