"""The few pages that somebody without a sign-in gets to see are this list."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

OPEN = {
    "healthz": "says that the process lives",
    "healthz/checker": "says whether credentials are being checked",
    "": "leads to the sign-in, to the set-up, or home",
    "set-up/": "makes the first account, with the one-time code",
    "invitations/<str:token>/": "shows an invitation to who has its link",
    "account/return/<str:token>/": "brings a deleted account back, for who has the link",
    "unsubscribe/<str:token>/": "stops the mails that a link in them names",
    "account/login/": "is how people come in",
    "account/openid/<slug:identity>/": "goes on to an identity provider",
    "account/openid/<slug:identity>/answer/": "is how people come in from there",
    "invitations/<str:token>/openid/<slug:identity>/": "the same, by an invitation",
    "account/passkey/": "is how people come in by a passkey",
    "account/second-step/": "asks for the second factor after the password",
    "account/logout/": "answers those who are out already",
    "account/inactive/": "says that an account is suspended",
    "account/signup/": "is closed, or open when the operator says so",
    "account/confirm-email/": "says that a mail is on its way",
    "account/^confirm-email/(?P<key>[-:\\w]+)/$": "confirms an address",
    "account/login/code/confirm/": "allauth's, for sign-in by code, which is off",
    "account/password/reset/": "asks for a reset",
    "account/password/reset/done/": "says that a mail is on its way",
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "takes a new password",
    "account/password/reset/key/done/": "says that it was taken",
    "client/<str:name>": "gives the client to nodes and pipelines, which have no sign-in",
    "api/v1/openapi.json": "describes the API",
    "api/v1/tokens/revoke": "ends a token, for whoever has found it",
}
BY_TOKEN = "api/v1/"
"""The other routes below it ask for a token: tests/api/test_matrix.py asks each without one."""


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        place = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, place)
        else:
            yield place, each


def test_only_these_routes_are_open() -> None:
    found = {
        place
        for place, route in routes(get_resolver())
        if not getattr(route.callback, "login_required", True)
    }
    by_token = {place for place in found - OPEN.keys() if place.startswith(BY_TOKEN)}
    assert by_token
    assert found - by_token == OPEN.keys()


def test_no_page_of_a_workspace_is_open() -> None:
    guarded = {p: route for p, route in routes(get_resolver()) if hasattr(route.callback, "rights")}
    assert guarded
    assert guarded.keys() & OPEN.keys() == set()


def test_the_middleware_that_closes_all_others_is_on(settings: object) -> None:
    middleware = getattr(settings, "MIDDLEWARE", [])
    assert "config.web.login_required.LoginRequired" in middleware
