"""A provider of our own, and settings that name it."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from tests.servers.tls import Certificate, certificate
from tests.stand_ins.openid_provider import OpenIdProvider
from tests.workspaces.openid.visits import given
from workspaces.openid import discovery


@pytest.fixture(scope="session")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("openid-tls"))


@pytest.fixture
def provider(tls: Certificate, settings: LazySettings, db: None) -> Iterator[OpenIdProvider]:
    """The provider ``corp``; nothing of an earlier test is kept of it."""
    cache.clear()
    discovery.forget_published()
    with OpenIdProvider(tls) as started:
        settings.LOCKKEEPER_OPENID_NETWORKS = "127.0.0.0/8:*"
        settings.LOCKKEEPER_OPENID = {"corp": given(started.issuer, tls.authority_pem)}
        yield started
