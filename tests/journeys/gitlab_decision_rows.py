"""Every row of what can be told about a login at GitLab, and what its tokens look like.

The numbers are those of the rows in the table of decisions that the provider follows.
"""

from datetime import timedelta

from registry.outcome import Outcome
from registry.providers.gitlab.checksum import check_digits
from tests.journeys.gitlab_case import (
    BOTH,
    HERE,
    HIDDEN,
    OPEN,
    READ,
    WRITE,
    Case,
    Step,
    after,
    app,
    banned,
    blocked,
    broken,
    dead_deploy_token,
    granular,
    group_token,
    instead,
    lacks,
    low_role,
    no_access,
    of_account,
    old,
    rejected,
    role,
    team,
    throttled,
    unreachable,
    unseen,
    valid,
    wrong_password,
    wrong_server,
)
from tests.journeys.gitlab_sign_in_lines import (
    ANY_RIGHT,
    LINES,
    LIVE_DEPLOY,
    LONG_AGO,
    LOST,
    NEVER,
    OLD_DEPLOY,
    PUSHING_DEPLOY,
    RULE,
    TOMORROW,
    WRONG,
    after_failures,
)
from tests.stand_ins.answers import challenged, failing, page, redirect, silent
from tests.stand_ins.answers import throttled as retry_later
from tests.stand_ins.gitlab import Account, Ban, Permission, Power, RegistryLevel, Role, Texts
from tests.stand_ins.gitlab.texts import NOT_PERSONAL, json_answer
from tests.stand_ins.logins import (
    Login,
    deploy_token,
    job,
    oauth,
    of_anna,
    pair,
    password,
    token,
    where,
)
from tests.stand_ins.world import World

__all__ = ["CASES", "LINES", "ROWS"]

ROWS = 33
SELF = "/api/v4/personal_access_tokens/self"
IMAGES = Permission(Power.READ_IMAGES, "team")
OF_ITSELF = Permission(Power.READ_TOKEN)
NOWHERE = "/not-there"
INSUFFICIENT = challenged(
    'Bearer realm="https://gitlab.example.org/jwt/auth",service="container_registry",'
    'scope="repository:team/app:pull",error="insufficient_scope"'
)
USELESS = (
    *("gloas-", "glrt-", "glrtr-", "GR1348941", "glptt-", "glft-", "glimt-", "glagent-"),
    *("glsoat-", "glffct-", "glwt-", "_gitlab_session="),
)
ROUTABLE = "glpat-bWFkZS11cC1wYXlsb2FkLW9mLWEtdG9rZW4.01.0z"
WHOLE = ROUTABLE + check_digits(ROUTABLE)
UNNUMBERED = ROUTABLE.replace(".01.", ".")
FIRST_FORM = UNNUMBERED + check_digits(UNNUMBERED)


def web(world: World) -> str:
    return world.gitlab.web_url


def https(world: World) -> str:
    """The registry, as if it spoke https."""
    return world.gitlab.registry_url.replace("http:", "https:")


def unknown_name(_world: World) -> str:
    return "registry.made-up.invalid"


def invited(as_: Role) -> Step:
    """Anna is in `team/app` by way of a group that was invited."""

    def change(world: World) -> None:
        world.app.members.pop(world.anna)
        world.app.invited[world.anna] = as_

    return change


def of_many(*images: str) -> Login:
    """A token of Anna's, who is in more projects than one page of them lists."""

    def add(world: World) -> None:
        for number in range(120):
            path = f"team/one-{number}"
            own = tuple(image for image in images if image == path)
            world.state.add_project(path, {world.anna: Role.DEVELOPER}, images=own)

    return after(token(*BOTH), add)


def at_door(place: str, answer: object, login: Login = LIVE_DEPLOY) -> Login:
    return where(login, **instead(place, answer))


def damaged(text: str) -> Case:
    return rejected(pair("anna", text), "cause_damaged", advises=("do_copy_again",), silent=True)


def useless(prefix: str) -> Case:
    secret = pair("anna", f"{prefix}MADEUPMADEUPMADEUP12")
    return rejected(secret, "cause_useless_kind", advises=("do_other_kind",), silent=True)


CASES: dict[str, Case] = {
    "row 1: alive, scopes cover the need": valid(
        token(*READ, expires_on=TOMORROW), held=READ, ends=TOMORROW, lifetime_s=300
    ),
    "row 1: scopes and role cover pushing": valid(
        token(*BOTH, expires_on=TOMORROW), push=True, repository=HERE, held=BOTH, ends=TOMORROW
    ),
    "row 2: expired": Case(
        token(*READ, expires_on=LONG_AGO),
        Outcome.EXPIRED,
        "cause_expired",
        advises=("do_new_token",),
    ),
    "row 3: revoked": Case(
        token(*READ, revoked=True), Outcome.REVOKED, "cause_revoked", advises=("do_find_newer",)
    ),
    "row 4: mistyped": rejected(
        pair("anna", NEVER), "cause_token_unknown", advises=("do_check_server", "do_new_token")
    ),
    "row 4: deleted 30 days after its end": rejected(
        token(*READ, expires_on=LONG_AGO, deleted=True), "cause_token_unknown"
    ),
    "row 4: a group's, deleted with its bot": rejected(
        group_token(*READ, expires_on=LONG_AGO, deleted=True), "cause_token_unknown"
    ),
    "row 5: the owner is blocked": blocked(
        of_account(Account.BLOCKED), "cause_account_unusable", advises=("do_unblock_account",)
    ),
    "row 6: fine-grained, it may not look at itself, to pull here": valid(
        granular(IMAGES), repository=HERE
    ),
    "row 6: fine-grained, it may not look at itself, to push": lacks(
        granular(IMAGES),
        *WRITE,
        push=True,
        says="cause_fine_grained_push",
        advises=("do_legacy_token",),
    ),
    "row 7: the API calls it an OAuth token": unseen(
        at_door(SELF, json_answer(400, {"message": NOT_PERSONAL}), oauth("api")),
        advises=("do_short_lived",),
    ),
    "row 8: no registry scope": lacks(token("read_user"), *READ, held=("read_user",)),
    "row 8: no registry scope, to push": lacks(token("self_rotate"), *BOTH, push=True),
    "row 9: only write_registry": lacks(token(*WRITE), *READ, push=True, held=WRITE),
    "row 10: read_registry, to push": lacks(token(*READ), *WRITE, push=True, held=READ),
    "row 10: read_api, to push": lacks(token("read_api"), *WRITE, push=True),
    "row 11: fine-grained, of another boundary": no_access(
        granular(Permission(Power.READ_IMAGES, "other"), OF_ITSELF)
    ),
    "row 11: fine-grained, without the permission": no_access(granular(OF_ITSELF)),
    "row 11: fine-grained, with it": valid(granular(IMAGES, OF_ITSELF), repository=HERE),
    "row 12: not in the project": low_role(token(*READ), repository=HIDDEN),
    "row 12: a role too low to pull": low_role(after(token(*READ), role(Role.PLANNER))),
    "row 12: a role too low to push": low_role(
        after(token(*BOTH), role(Role.REPORTER)), "push", push=True
    ),
    "row 12: an invited group's role is enough to push": valid(
        after(token(*BOTH), invited(Role.DEVELOPER)), push=True, repository=HERE
    ),
    "row 12: an invited group's role is enough to push what is not there yet": valid(
        after(token(*BOTH), invited(Role.DEVELOPER)), push=True, repository=f"{HERE}/never"
    ),
    "row 12: an invited group's role is higher than one's own": valid(
        after(token(*BOTH), invited(Role.DEVELOPER), role(Role.REPORTER)),
        push=True,
        repository=f"{HERE}/never",
    ),
    "row 12: an invited group's role is too low to push": low_role(
        after(token(*BOTH), invited(Role.REPORTER)), "push", push=True
    ),
    "row 12: a role too low to push what is not there yet": low_role(
        after(token(*BOTH), role(Role.REPORTER)), "push", push=True, repository=f"{HERE}/never"
    ),
    "row 12: no member, to push to what is public": low_role(
        token(*BOTH), "push", push=True, repository=OPEN
    ),
    "row 12: an administrator needs no role": valid(
        of_anna(token(*BOTH), admin=True), push=True, repository=HIDDEN
    ),
    "row 13: the role suffices, the project's registry is off": no_access(
        after(token(*BOTH), app(registry=RegistryLevel.DISABLED)), push=True
    ),
    "row 13: the role suffices, an address list": no_access(
        after(token(*READ), team(allowed_networks=("192.0.2.0/24",)))
    ),
    "row 13: the role suffices, fine-grained tokens are enforced": no_access(
        after(token(*READ), team(fine_grained_from=LONG_AGO))
    ),
    "row 13: the role suffices, nested as deep as may be": valid(
        token(*READ), repository=f"{HERE}/a/b"
    ),
    "row 13: nested too deep": no_access(
        token(*READ),
        repository=f"{HERE}/a/b/c",
        says="cause_no_access_role",
        advises=("do_ask_role",),
    ),
    "row 13: maintenance, to push with an account password": no_access(
        where(password, maintenance=True), "push", says="cause_no_push", push=True
    ),
    "row 14: deploy token, path granted": valid(
        LIVE_DEPLOY, repository=HERE, advises=("do_record_expiry",)
    ),
    "row 15: deploy token, refused": dead_deploy_token(OLD_DEPLOY),
    "row 15: deploy token, refused after the end that was typed": Case(
        OLD_DEPLOY,
        Outcome.EXPIRED,
        "cause_expired_on",
        typed_end=LONG_AGO,
        ends=LONG_AGO,
        failed=1,
    ),
    "row 15: deploy token, refused before the end that was typed": dead_deploy_token(
        deploy_token(*READ, revoked=True), typed_end=TOMORROW, ends=TOMORROW
    ),
    "row 16: deploy token without a registry scope": lacks(
        deploy_token("read_repository"), *READ, **ANY_RIGHT
    ),
    "row 17: deploy token of another project": no_access(PUSHING_DEPLOY, repository=HIDDEN),
    "row 17: deploy token of another group": no_access(deploy_token(*READ, places=("other",))),
    "row 17: deploy token of the group": valid(
        deploy_token(*BOTH, places=("team",)), push=True, repository=HERE
    ),
    "row 17: deploy token that cannot push": no_access(
        LIVE_DEPLOY, "push", says="cause_no_push", push=True, held=("pull",)
    ),
    "row 17: deploy token that can only push": no_access(deploy_token(*WRITE)),
    "row 18: wrong password": wrong_password(WRONG, failed=1),
    "row 18: second factor": wrong_password(of_anna(password, two_factor=True)),
    "row 18: a blocked person's password": wrong_password(
        of_anna(password, Account.BLOCKED), failed=1
    ),
    "row 19: an old GitLab wants a token": blocked(
        of_anna(old(password, Texts.FROM_10), two_factor=True),
        "cause_needs_token",
        advises=("do_use_token",),
    ),
    "row 20: an account password works": unseen(password, advises=("do_replace_password",)),
    "row 21: a job token works": unseen(job(), advises=("do_not_store",)),
    "row 22: the login does not arrive": broken(
        where(LIVE_DEPLOY, strip_authorization=True), **LOST
    ),
    "row 22: a wrong one neither": broken(where(WRONG, strip_authorization=True), **LOST),
    "row 22: a living token does not arrive": broken(
        where(token(*READ), strip_authorization=True), says="cause_login_lost"
    ),
    "row 23: banned": banned(after_failures(Ban(1), LIVE_DEPLOY)),
    "row 24: too many addresses": throttled(
        where(LIVE_DEPLOY, unique_ips_retry_after_s=600), retry_after_s=600
    ),
    "row 25: throttled at the sign-in": throttled(
        at_door("/jwt/auth", retry_later()), retry_after_s=120
    ),
    "row 25: throttled at the API": throttled(
        at_door("/api", retry_later(), token(*READ)), retry_after_s=120
    ),
    "row 25: throttled at the registry": throttled(
        at_door("registry", retry_later()), retry_after_s=120
    ),
    "row 26: registry off on the instance": wrong_server(
        where(password, registry_enabled=False),
        "cause_registry_off",
        advises=("do_ask_administrator",),
    ),
    "row 26: registry off, seen behind a refusal": wrong_server(
        where(WRONG, registry_enabled=False), "cause_registry_off", failed=1
    ),
    "row 27: wrong service": wrong_server(
        where(LIVE_DEPLOY, named_service="something_else"), "cause_service_unknown"
    ),
    "row 28: a protected path": blocked(
        after(PUSHING_DEPLOY, app(protected={"team/*": Role.OWNER})), "cause_push_policy", **RULE
    ),
    "row 28: over the storage limit": blocked(
        after(PUSHING_DEPLOY, app(over_storage_limit=True)), "cause_push_policy", **RULE
    ),
    "row 29: GitLab's web address": wrong_server(
        token("api"), "cause_web_host", server=web, advises=("do_find_registry",)
    ),
    "row 29: GitLab's web address, a wrong password": wrong_server(
        WRONG, "cause_web_host", server=web
    ),
    "row 29: GitLab's web address, its proxy is off": wrong_server(
        where(token("api"), dependency_proxy=False), "cause_not_a_registry", server=web
    ),
    "row 30: 404": wrong_server(at_door("registry", page(404)), "cause_not_a_registry"),
    "row 30: a page": wrong_server(at_door("registry", page()), "cause_not_a_registry"),
    "row 30: a redirect": broken(
        at_door("registry", redirect("https://example.org/sign_in")), "cause_redirect"
    ),
    "row 30: a redirect at the sign-in": broken(
        at_door("/jwt/auth", redirect("https://example.org/sign_in")), "cause_redirect"
    ),
    "row 30: unknown name": unreachable(LIVE_DEPLOY, "cause_name_unknown", server=unknown_name),
    "row 30: TLS": Case(LIVE_DEPLOY, Outcome.TLS_FAILED, "cause_tls", server=https),
    "row 30: silence": unreachable(at_door("registry", silent()), "cause_timed_out"),
    "row 30: silence at the sign-in": unreachable(
        at_door("/jwt/auth", silent()), "cause_timed_out"
    ),
    "row 30: 502 at the registry": unreachable(
        at_door("registry", failing()), "cause_server_fault"
    ),
    "row 30: 500 at the sign-in": unreachable(
        at_door("/jwt/auth", page(500)), "cause_server_fault"
    ),
    "row 30: 502 at the API": unreachable(
        at_door("/api", failing(), token(*READ)), "cause_server_fault"
    ),
    "row 30: the web host is down": unreachable(
        after(LIVE_DEPLOY, lambda world: world.gitlab.stop_web()), "cause_no_connection"
    ),
    "row 30: the registry is down": unreachable(
        after(LIVE_DEPLOY, lambda world: world.gitlab.stop_registry()), "cause_no_connection"
    ),
    "row 30: a page of 403 at the registry": broken(
        at_door("registry", page(403)), "cause_forbidden"
    ),
    "row 30: a page of 403 at the sign-in": broken(
        at_door("/jwt/auth", page(403)), "cause_forbidden"
    ),
    "row 30: a page of 403 at the API": broken(at_door("/api", page(403), token(*READ))),
    "row 31: the registry trusts another key": broken(
        where(token(*READ), registry_trusts_gitlab=False), "cause_registry_disagrees"
    ),
    "row 31: the registry's clock is ahead": broken(
        where(LIVE_DEPLOY, registry_clock_ahead=timedelta(hours=1)), "cause_registry_disagrees"
    ),
    "row 32: no image yet": valid(token(*READ), repository=f"{HERE}/never"),
    "row 32: no image yet, to push": valid(token(*BOTH), push=True, repository=f"{HERE}/never"),
    "row 33: the registry names it differently": broken(
        at_door("registry/v2/team", INSUFFICIENT), "cause_scope_differs", repository=HERE
    ),
    "the API: proof of possession is demanded": unseen(of_anna(token(*READ), dpop=True)),
    "the API: there is none": unseen(where(token(*READ), api=False)),
    "the API: there is none, a dead token": rejected(
        where(token(*READ, revoked=True), api=False), "cause_rejected", failed=1
    ),
    "the sign-in refuses what the API calls alive": broken(
        at_door("/jwt/auth", json_answer(401, {"errors": []}), token(*READ)), "cause_api_disagrees"
    ),
    "a long list: the project is on its first page": valid(
        of_many("team/one-7"), push=True, repository="team/one-7"
    ),
    "a long list: the project is further down": valid(
        of_many("team/one-117"), push=True, repository="team/one-117"
    ),
    "a long list: the project is further down, and nothing is there yet": valid(
        of_many(), says="cause_valid_push_unseen", push=True, repository="team/one-117"
    ),
    "token life: 5 minutes, to pull": unseen(LIVE_DEPLOY, lifetime_s=300),
    "token life: 5 minutes, to push": valid(
        token(*BOTH), push=True, lifetime_s=300, advises=("do_long_push", "do_raise_token_life")
    ),
    "token life: 15 minutes, to push": valid(
        where(token(*BOTH), token_time=timedelta(minutes=15)),
        push=True,
        lifetime_s=900,
        advises=("do_long_push",),
    ),
    "routable: whole": valid(token(*READ, token=WHOLE), held=READ),
    "routable, of the first form: whole": valid(token(*READ, token=FIRST_FORM), held=READ),
    "routable, of the first form: mistyped": damaged(FIRST_FORM.replace("bWFk", "bWFj")),
    "routable: mistyped": damaged(WHOLE.replace("bWFk", "bWFj")),
    "routable: cut": damaged(WHOLE[:-3]),
    "routable: cut to its length": damaged(WHOLE[:-9]),
    "an instance's own prefix: alive": valid(token(*READ, token="SIE-glpat-MADEUPMADEUPMADEUP")),
    "an instance's own prefix: unknown": rejected(
        pair("anna", f"SIE-{NEVER}"), "cause_token_unknown"
    ),
    "an instance's own prefix: useless": useless("SIE-glrt-"),
    **{f"useless: {prefix}": useless(prefix) for prefix in USELESS},
}
