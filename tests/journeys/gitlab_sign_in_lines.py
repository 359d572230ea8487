"""Every line of what GitLab's sign-in answers: which login gets it, and the verdict on it.

The numbers are those of the lines in the table of sign-in cases that the stand-in follows.
"""

from datetime import UTC, date, datetime, timedelta

from registry.outcome import Outcome
from tests.journeys.gitlab_case import (
    BOTH,
    HERE,
    HIDDEN,
    OPEN,
    READ,
    WRITE,
    Case,
    after,
    app,
    banned,
    blocked,
    broken,
    dead_deploy_token,
    group_token,
    impersonation,
    lacks,
    low_role,
    no_access,
    of_account,
    old,
    project_token,
    rejected,
    role,
    team,
    throttled,
    unseen,
    valid,
    wrong_password,
    wrong_server,
)
from tests.stand_ins.gitlab import (
    BANNED_BEFORE_16_10,
    Account,
    Ban,
    Kind,
    RegistryLevel,
    Role,
    Texts,
    Throttle,
    Visibility,
)
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
from tests.stand_ins.world import Pair, World

LINES = 42
LONG_AGO = date(2020, 1, 1)
TOMORROW = datetime.now(UTC).date() + timedelta(days=1)
NEW_YEAR = date(2031, 1, 1)
BEFORE_IT = datetime(2030, 12, 31, 23, 59, 59, tzinfo=UTC)
WRONG = pair("anna", "made up, and wrong")
NEVER = "glpat-NEVERMADEANYWHERE12"


def at(moment: datetime, login: Login) -> Login:
    """The same login, at an instance whose clock stands still."""

    def prepare(world: World) -> Pair:
        world.gitlab.clock.set(moment)
        return login(world)

    return prepare


def after_failures(ban: Ban, login: Login) -> Login:
    """The same login, from an address that failed too often."""

    def prepare(world: World) -> Pair:
        made = login(world)
        world.state.flags.ban = ban
        world.sign_in(("anna", "made up, and wrong"))
        return made

    return prepare


def of_elsewhere(login: Login) -> Login:
    """A job of another project, which `team/app` lets in."""

    def prepare(world: World) -> Pair:
        world.app.job_projects = ("team/open",)
        made = world.state.add_job(world.open, world.anna)
        return login(world)[0], made.token

    return prepare


ENDS_AT_NEW_YEAR = token(*READ, expires_on=NEW_YEAR)
LIVE_DEPLOY, PUSHING_DEPLOY = deploy_token(*READ), deploy_token(*BOTH)
OLD_DEPLOY = deploy_token(*READ, expires_at=datetime(2020, 1, 1, tzinfo=UTC))
LOST = {"says": "cause_login_lost", "advises": ("do_proxy", "do_ask_administrator")}

NOTED = {"advises": ("do_record_expiry",)}
ANY_RIGHT = {"says": "cause_missing_any"}
RULE = {"push": True, "repository": HERE, "advises": ("do_ask_administrator",)}

CASES: dict[str, Case] = {
    "line 1: no login arrives, no scope": broken(where(password, strip_authorization=True), **LOST),
    "line 2: no login arrives, to pull what is public": broken(
        where(LIVE_DEPLOY, strip_authorization=True), repository=OPEN, **LOST
    ),
    "line 2: no wrong password arrives either": broken(
        where(WRONG, strip_authorization=True), repository=OPEN, **LOST
    ),
    "line 2: a living token does not arrive, to push to what is public": broken(
        where(token(*BOTH), strip_authorization=True), repository=OPEN, push=True, **LOST
    ),
    "line 3: no login arrives, to pull what is private": broken(
        where(LIVE_DEPLOY, strip_authorization=True), repository=HERE, **LOST
    ),
    "line 4: wrong password": wrong_password(WRONG, failed=1),
    "line 4: wrong password that looks like a token": wrong_password(
        pair("anna", "made-up-wrong-password"), failed=1
    ),
    "line 4: unknown user": wrong_password(pair("nobody", "made up, and wrong"), failed=1),
    "line 4: wrong access token": rejected(pair("anna", NEVER), "cause_token_unknown"),
    "line 4: wrong deploy token": dead_deploy_token(
        pair("gitlab+deploy-token-9", "gldt-NEVERMADEANYWHERE12")
    ),
    "line 5: right password": unseen(password, advises=("do_replace_password",)),
    "line 5: right password, by mail address": unseen(
        pair("anna@example.org", "made-up-password-1")
    ),
    "line 5: right password, to push here": valid(
        password, repository=HERE, push=True, advises=("do_replace_password",)
    ),
    "line 6: second factor": wrong_password(of_anna(password, two_factor=True)),
    "line 6: second factor demanded of all": wrong_password(
        where(password, two_factor_enforced=True)
    ),
    "line 7: no password is taken": wrong_password(
        where(password, password_for_git=False), failed=1
    ),
    "line 8: read_registry": valid(token(*READ), held=READ, excess=()),
    "line 8: read_registry, to pull here": valid(token(*READ), held=READ, repository=HERE),
    "line 8: read_registry, to push here": lacks(
        token(*READ), *WRITE, held=READ, push=True, repository=HERE
    ),
    "line 9: write_registry": lacks(token(*WRITE), *READ, held=WRITE),
    "line 9: write_registry, to push": lacks(token(*WRITE), *READ, push=True),
    "line 9: write_registry, to pull what is public": lacks(token(*WRITE), *READ, repository=OPEN),
    "line 10: both scopes": valid(token(*BOTH), push=True, held=BOTH, excess=()),
    "line 10: both scopes, to pull": valid(token(*BOTH), held=BOTH, excess=WRITE),
    "line 10: both scopes, to push here": valid(token(*BOTH), push=True, repository=HERE),
    "line 11: api": valid(
        token("api"), held=("api",), excess=("api",), advises=("do_fewer_scopes",)
    ),
    "line 11: api, to push here": valid(token("api"), push=True, repository=HERE),
    "line 12: read_api": valid(token("read_api"), held=("read_api",)),
    "line 12: read_api, to pull here": valid(token("read_api"), repository=HERE),
    "line 12: read_api, to push": lacks(token("read_api"), *WRITE, push=True),
    "line 12: read_api of a project's bot": valid(project_token("read_api"), repository=HERE),
    **{
        f"line 13: {scope} alone": lacks(token(scope), *READ, held=(scope,))
        for scope in ("read_user", "read_repository", "write_repository", "self_rotate")
    },
    "line 13: none of the registry's, to push here": lacks(
        token("read_user", "self_rotate"), *BOTH, push=True, repository=HERE
    ),
    "line 14: expired": Case(token(*READ, expires_on=LONG_AGO), Outcome.EXPIRED, "cause_expired"),
    "line 14: the last second before the day": valid(
        at(BEFORE_IT, ENDS_AT_NEW_YEAR), ends=NEW_YEAR
    ),
    "line 14: 00:00 UTC of the day": Case(
        at(BEFORE_IT + timedelta(seconds=1), ENDS_AT_NEW_YEAR), Outcome.EXPIRED, "cause_expired"
    ),
    "line 14: ends tomorrow": valid(token(*READ, expires_on=TOMORROW), ends=TOMORROW),
    "line 15: revoked": Case(token(*READ, revoked=True), Outcome.REVOKED, "cause_revoked"),
    "line 15: expired and revoked": Case(
        token(*READ, revoked=True, expires_on=LONG_AGO), Outcome.EXPIRED, "cause_expired"
    ),
    "line 15: a group's, revoked": Case(
        group_token(*READ, revoked=True), Outcome.REVOKED, "cause_revoked"
    ),
    **{
        f"line 16: of an account that is {account.name.lower()}": blocked(
            of_account(account), "cause_account_unusable", advises=("do_unblock_account",)
        )
        for account in Account
        if account is not Account.ACTIVE
    },
    "line 16: of a deleted account": rejected(
        of_anna(token(*READ), deleted=True), "cause_token_unknown"
    ),
    "line 16: the password of a blocked account": wrong_password(
        of_anna(password, Account.BLOCKED), failed=1
    ),
    "line 17: impersonation": valid(impersonation(), held=READ),
    "line 17: impersonation is switched off": blocked(
        impersonation(impersonation=False), "cause_impersonation_off"
    ),
    "line 18: deploy token": unseen(LIVE_DEPLOY, held=None, **NOTED),
    "line 18: deploy token, to pull here": valid(
        LIVE_DEPLOY, held=("pull",), repository=HERE, **NOTED
    ),
    "line 18: deploy token of a name that was chosen": valid(
        deploy_token(*READ, username="made-up-robot"), repository=HERE, **NOTED
    ),
    "line 18: deploy token of the old shape": valid(
        deploy_token(*READ, token="MADEUPmadeupMADEUP20"), repository=HERE, **NOTED
    ),
    "line 19: deploy token without a registry scope": lacks(
        deploy_token("read_repository"), *READ, **ANY_RIGHT
    ),
    "line 20: deploy token, expired": dead_deploy_token(OLD_DEPLOY),
    "line 20: deploy token, revoked": dead_deploy_token(deploy_token(*READ, revoked=True)),
    "line 20: deploy token, other user name": dead_deploy_token(
        deploy_token(*READ, login="gitlab+deploy-token-1")
    ),
    "line 21: deploy token, to push here": valid(
        PUSHING_DEPLOY, held=("pull", "push"), push=True, repository=HERE
    ),
    "line 21: deploy token, to push to what is not there yet": valid(
        PUSHING_DEPLOY, says="cause_valid_push_unseen", push=True, repository=f"{HERE}/never"
    ),
    "line 22: deploy token elsewhere": no_access(PUSHING_DEPLOY, repository=HIDDEN, held=()),
    "line 22: deploy token, to pull what is public": valid(LIVE_DEPLOY, repository=OPEN),
    "line 22: deploy token, to push to what is public": no_access(
        PUSHING_DEPLOY, "push", says="cause_no_push", push=True, repository=OPEN
    ),
    "line 23: external authorization": lacks(
        where(LIVE_DEPLOY, external_authorization=True), *READ, **ANY_RIGHT
    ),
    "line 24: project token": valid(project_token(*BOTH), push=True, repository=HERE, held=BOTH),
    "line 24: project token, expired": Case(
        project_token(*BOTH, expires_on=LONG_AGO), Outcome.EXPIRED, "cause_expired"
    ),
    "line 24: project token elsewhere": low_role(project_token(*BOTH), repository=HIDDEN),
    "line 24: project token of a reporter, to push here": low_role(
        project_token(*BOTH, role=Role.REPORTER), "push", push=True
    ),
    "line 24: group token": valid(group_token(*BOTH), push=True, repository=HERE, held=BOTH),
    "line 24: service account": valid(
        token(*READ, kind=Kind.SERVICE_ACCOUNT), repository=HERE, held=READ
    ),
    "line 25: job token, its job runs": unseen(job(), advises=("do_not_store",)),
    "line 25: job token, to push at home": valid(
        job(), push=True, repository=HERE, advises=("do_not_store",)
    ),
    "line 25: job token, to pull where it is let in": valid(of_elsewhere(job()), repository=HERE),
    "line 25: job token, to push where it is let in": no_access(
        of_elsewhere(job()), "push", says="cause_no_push", push=True
    ),
    "line 25: an access token under the name of jobs": valid(
        token(*READ, login="gitlab-ci-token"), held=READ
    ),
    "line 25: job token elsewhere": no_access(job(), repository=HIDDEN),
    "line 26: job token, its job has ended": rejected(
        job(running=False), "cause_rejected_job_token"
    ),
    "line 26: job token, CI is off": rejected(job(ci_enabled=False), "cause_rejected_job_token"),
    "line 27: OAuth token": unseen(oauth("api"), advises=("do_short_lived",)),
    "line 27: OAuth token, to pull here": valid(
        oauth("read_registry"), repository=HERE, advises=("do_short_lived",)
    ),
    "line 27: OAuth token, to push here": no_access(
        oauth("read_registry"), "push", says="cause_no_push", push=True
    ),
    "line 27: OAuth token without a registry scope": lacks(oauth("read_user"), *READ, **ANY_RIGHT),
    "line 27: OAuth token, expired": wrong_password(
        oauth("api", expires_at=datetime(2020, 1, 1, tzinfo=UTC)), failed=1
    ),
    "line 28: a project that is not seen": low_role(token(*BOTH), repository=HIDDEN),
    "line 28: a project that is not there": low_role(token(*BOTH), repository="team/nowhere"),
    "line 28: a password, a project that is not there": no_access(
        password, repository="team/nowhere"
    ),
    "line 29: the project's registry is off": no_access(
        after(token(*READ), app(registry=RegistryLevel.DISABLED))
    ),
    "line 30: guest": low_role(after(token(*READ), role(Role.GUEST))),
    "line 30: reporter, to pull": valid(after(token(*READ), role(Role.REPORTER)), repository=HERE),
    "line 30: reporter, to push": low_role(
        after(token(*BOTH), role(Role.REPORTER)), "push", push=True
    ),
    "line 30: developer, to push": valid(token(*BOTH), push=True, repository=HERE),
    "line 30: maintainer, to push": valid(
        after(token("api"), role(Role.MAINTAINER)), push=True, repository=HERE
    ),
    "line 30: guest of what is public": valid(
        after(token(*READ), role(Role.GUEST), app(visibility=Visibility.PUBLIC)), repository=HERE
    ),
    "line 30: no member, to pull what is internal": valid(
        after(token(*READ), role(Role.NONE), app(visibility=Visibility.INTERNAL)), repository=HERE
    ),
    "line 30: guest's password": no_access(after(password, role(Role.GUEST))),
    "line 33: a group's address list": no_access(
        after(token(*READ), team(allowed_networks=("192.0.2.0/24",)))
    ),
    "line 33: a group's address list with ours": valid(
        after(token(*READ), team(allowed_networks=("127.0.0.0/8",))), repository=HERE
    ),
    "line 34: maintenance, to pull": valid(where(LIVE_DEPLOY, maintenance=True), repository=HERE),
    "line 34: maintenance, to push with a deploy token": no_access(
        where(PUSHING_DEPLOY, maintenance=True), "push", says="cause_no_push", push=True
    ),
    "line 34: maintenance, to push with an access token": valid(
        where(token(*BOTH), maintenance=True), push=True, repository=HERE
    ),
    "line 35: over the storage limit": blocked(
        after(PUSHING_DEPLOY, app(over_storage_limit=True)), "cause_push_policy", **RULE
    ),
    "line 35: over the storage limit, as said of old": blocked(
        old(after(PUSHING_DEPLOY, app(over_storage_limit=True)), Texts.FROM_10),
        "cause_push_policy",
        **RULE,
    ),
    "line 35: over the storage limit, to pull": valid(
        after(PUSHING_DEPLOY, app(over_storage_limit=True)), repository=HERE
    ),
    "line 36: a protected path": blocked(
        after(PUSHING_DEPLOY, app(protected={HERE: Role.MAINTAINER})), "cause_push_policy", **RULE
    ),
    "line 36: a protected path, to pull": valid(
        after(PUSHING_DEPLOY, app(protected={HERE: Role.MAINTAINER})), repository=HERE
    ),
    "line 37: registry off, a password": wrong_server(
        where(password, registry_enabled=False), "cause_registry_off"
    ),
    "line 37: registry off, a token of api": wrong_server(
        where(token("api"), registry_enabled=False), "cause_registry_off"
    ),
    "line 37: registry off, a token of registry scopes alone": wrong_server(
        where(token(*BOTH), registry_enabled=False), "cause_registry_off", failed=1
    ),
    "line 37: registry off, a deploy token": wrong_server(
        where(LIVE_DEPLOY, registry_enabled=False), "cause_registry_off", failed=1
    ),
    "line 38: unknown service": wrong_server(
        where(LIVE_DEPLOY, named_service="something_else"), "cause_service_unknown"
    ),
    "line 38: no service": wrong_server(
        where(token(*READ), named_service=""), "cause_service_unknown"
    ),
    "line 39: banned, a deploy token": banned(after_failures(Ban(1), LIVE_DEPLOY)),
    "line 39: banned, an access token": banned(after_failures(Ban(1), token(*READ))),
    "line 39: banned, a token that the API calls revoked": Case(
        after_failures(Ban(1), token(*READ, revoked=True)), Outcome.REVOKED, "cause_revoked"
    ),
    "line 39: banned, a wrong password": banned(after_failures(Ban(1), WRONG)),
    "line 39: banned before 16.10": banned(
        after_failures(Ban(1, text=BANNED_BEFORE_16_10), LIVE_DEPLOY)
    ),
    "line 39: banned from every door of an old GitLab": broken(
        after_failures(Ban(1, everything=True), token(*READ))
    ),
    "line 40: too many addresses of one user": throttled(
        where(token(*READ), unique_ips_retry_after_s=3600), retry_after_s=3600
    ),
    "line 40: too many addresses, a password": throttled(
        where(password, unique_ips_retry_after_s=60), retry_after_s=60
    ),
    "line 41: throttled at the API": throttled(
        where(token(*READ), throttle=Throttle()), retry_after_s=30
    ),
    "line 41: throttled at the sign-in": throttled(
        where(token(*READ), throttle=Throttle(limit=1)), retry_after_s=30
    ),
    "old text of 10 to 14: wrong password": wrong_password(old(WRONG, Texts.FROM_10), failed=1),
    "old text of 10 to 14: second factor": blocked(
        of_anna(old(password, Texts.FROM_10), two_factor=True),
        "cause_needs_token",
        advises=("do_use_token",),
    ),
    "old text of 10 to 14: no password is taken": blocked(
        old(WRONG, Texts.FROM_10, password_for_git=False), "cause_needs_token", failed=1
    ),
    "old text of 10 to 14: no password is taken, a dead deploy token": dead_deploy_token(
        old(OLD_DEPLOY, Texts.FROM_10, password_for_git=False)
    ),
    "old text of 10 to 14: no password is taken, a dead access token": rejected(
        old(token(*READ, revoked=True), Texts.FROM_10, password_for_git=False, api=False),
        "cause_rejected",
        failed=1,
    ),
    "old text of 10 to 14: no password is taken, a job that has ended": rejected(
        old(job(running=False), Texts.FROM_10, password_for_git=False), "cause_rejected_job_token"
    ),
    "old text of 15 to 17: wrong password": wrong_password(old(WRONG, Texts.FROM_15), failed=1),
    "old text of 15 to 17: second factor": wrong_password(
        of_anna(old(password, Texts.FROM_15), two_factor=True)
    ),
    "old text of 15 to 17: dead deploy token": dead_deploy_token(old(OLD_DEPLOY, Texts.FROM_15)),
}

UNREACHED = {
    "line 31": "a check never asks for the catalog",
    "line 32": "a check asks to pull or to push, never to delete or for everything",
    "line 42": "a repository that would make a malformed scope is refused as wrong usage",
}
