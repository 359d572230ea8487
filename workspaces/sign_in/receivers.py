"""Signal receivers for sign-ins and account changes, which Django and allauth only signal."""

from typing import Any

from allauth.account import signals as account
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import User
from workspaces.sign_in import known_browsers, open_sessions, session_age, sign_in_mails
from workspaces.sign_in.refused import count_refused


@receiver(auth.user_logged_in, dispatch_uid="audit-sign-in")
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Start the age of the session, remember its browser, and record the sign-in."""
    session_age.begin(request)
    open_sessions.remember_browser(request, user)
    if not known_browsers.is_known(request, user):
        sign_in_mails.tell_new_browser(request, user)
    known_browsers.note_sign_in(request, user)
    _record("accounts:session:start", request, user)


@receiver(auth.user_logged_out, dispatch_uid="audit-sign-out")
def signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _record("accounts:session:end", request, user)


@receiver(auth.user_login_failed, dispatch_uid="audit-sign-in-failed")
def failed(credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Count a refused sign-in of an account, or of none."""
    typed = str(credentials.get("email") or credentials.get("username") or "")
    person = User.objects.filter(email__iexact=typed).first() if typed else None
    count_refused(person, Caller.of(request).address if request else "")
    if person is not None:
        sign_in_mails.tell_failures(person)


@receiver(account.password_changed, dispatch_uid="audit-password-changed")
@receiver(account.password_set, dispatch_uid="audit-password-set")
def password_changed(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record it. The other sessions are worthless now; their rows go, too. Browsers are known by
    the password, and this one stays known."""
    known_browsers.note_sign_in(request, user)
    _record("accounts:password:change", request, user)
    open_sessions.end_others(user, request.session, caller=Caller.of(request))


@receiver(account.password_reset, dispatch_uid="audit-password-reset")
def password_reset(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Record it, and end all sessions: somebody else may have known the old password."""
    _record("accounts:password:reset", request, user)
    open_sessions.end_all(user, actor=user, caller=Caller.of(request))


@receiver(account.email_changed, dispatch_uid="audit-email-changed")
def email_changed(request: HttpRequest, user: User, to_email_address: Any, **kwargs: Any) -> None:
    _record("accounts:email:change", request, user, email=str(to_email_address.email))


def _record(action: str, request: HttpRequest | None, user: User, **details: str) -> None:
    caller = Caller.of(request) if request else Caller("command")
    audit.record(action, actor=user, target=user, caller=caller, details=details)
