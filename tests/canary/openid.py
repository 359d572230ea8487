"""Sign-ins by a provider in the instance of the suite: a good one, and answers that quote."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.canary.instance import Instance
from tests.canary.secrets import new_canary
from tests.canary.spellings import Canary
from tests.servers.tls import certificate
from tests.stand_ins.openid_provider import CLIENT_ID, OpenIdProvider
from tests.stand_ins.wire import Answer

LINK = "/account/openid/corp/link/"


@contextmanager
def provider_with_secrets(folder: Path) -> Iterator[OpenIdProvider]:
    """A provider whose client secret, in a file of this folder, is a canary."""
    tls = certificate(folder)
    made = OpenIdProvider(tls, client_secret=new_canary("openid-client").secret)
    made.access_token = new_canary("openid-access").secret
    file = folder / "client_secret"
    file.touch(0o600)
    file.write_text(made.client_secret)
    with made:
        yield made


def settings_of(provider: OpenIdProvider) -> dict[str, str]:
    """The environment of an instance that knows the provider."""
    folder = provider.tls.authority.parent
    start = "LOCKKEEPER_OPENID_CORP_"
    return {
        "LOCKKEEPER_OPENID": "corp",
        "LOCKKEEPER_OPENID_NETWORKS": "127.0.0.0/8:*",
        f"{start}ISSUER": provider.issuer,
        f"{start}CLIENT_ID": CLIENT_ID,
        f"{start}CLIENT_SECRET_FILE": str(folder / "client_secret"),
        f"{start}CA_FILE": str(provider.tls.authority),
    }


def use_provider(instance: Instance, provider: OpenIdProvider) -> None:
    """Link an account; then the provider quotes what it got, refuses it, and fails."""
    canaries = [
        Canary("openid client", provider.client_secret, CLIENT_ID),
        Canary("openid access", provider.access_token),
    ]
    canaries.append(_link(instance, provider, status=200))
    quoted = f'{{"error": "{provider.client_secret}"}}'.encode()
    for status, path in ((401, "/token"), (200, "/token"), (500, "/token"), (400, "/userinfo")):
        provider.says = {path: Answer(status, quoted)}
        canaries.append(_link(instance, provider, status=502 if status != 500 else 503))
    instance.canaries += canaries


def _link(instance: Instance, provider: OpenIdProvider, *, status: int) -> Canary:
    """Go to the provider and come back; the code that it gave."""
    gone = instance.ada.post(LINK, at="/account/")
    answer = provider.consent(gone.headers["Refresh"].removeprefix("0;url="))
    back = f"/account/openid/corp/answer/?state={answer['state']}&code={answer['code']}"
    assert instance.ada.get(back).status_code == status
    return Canary("openid code", answer["code"])
