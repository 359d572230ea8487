"""The origins that may get a login: the registry, and the sign-in hosts it is pinned to.

On its own: it decides who may receive a password, and is reviewed by itself.
"""

from registry.addresses.domains import same_registrable_domain
from registry.addresses.origins import Origin
from registry.login import Login
from registry.providers.provider import Provider


def may_receive(login: Login, realm: Origin, provider: Provider) -> bool:
    """True if the login may go to this sign-in origin without a person's confirmation.

    The registry's own origin always may get it. A first check (``recipients`` None) also trusts an
    https host of the same registrable domain, on any port, and the pairs that the provider
    declares, on port 443. Later checks trust the pinned origins and nothing else.
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
