"""Where a password may go: the registry itself, and the sign-in hosts it is pinned to."""

from registry.addresses.domains import same_registrable_domain
from registry.addresses.origins import Origin
from registry.login import Login
from registry.providers.provider import Provider


def may_receive(login: Login, realm: Origin, provider: Provider) -> bool:
    """Whether the login may be sent to this sign-in origin without asking a person.

    The registry's own origin always may. A first look (``recipients`` None) also trusts an https
    host of the same registrable domain, on any port, and the pairs that the provider declares;
    later looks trust what is pinned and nothing else.
    """
    if realm == login.server:
        return True
    if login.recipients is not None:
        return realm in login.recipients
    if not realm.is_https:
        return False
    return same_registrable_domain(realm.host, login.server.host) or (
        (login.server.host, realm.host) in provider.realms and realm.port == 443
    )
