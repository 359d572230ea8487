"""The adapter of allauth: sign-up, the personal workspace of a new account, and mails."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from common.links import absolute
from common.models import MailCause
from common.outbox import Words
from registry.providers.tokens_in_text import has_token
from workspaces import audit
from workspaces.audit import Caller
from workspaces.mails import compose
from workspaces.members.people import save_with_workspace
from workspaces.models import User
from workspaces.openid.linked_accounts import linked_providers
from workspaces.plain_form import TOKEN_HERE
from workspaces.sign_in import guesses, known_browsers
from workspaces.time_zones import UTC

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOW_LONG = "At least 12 characters. A few words are fine."
LONGEST_ADDRESS = 254
SECOND_STEP = "workspaces.sign_in.known_browsers.SecondStep"
TOO_MANY_GUESSES = (
    "Too many wrong passwords for this address, from several places. Sign in after {at} UTC, or "
    "with a browser in which you signed in before."
)
BEGUN_WITH = "sign_in_begun_with"
"""In the session of a sign-in under way: a digest of the password that its person had then."""
BEGIN_AGAIN = "Your password has changed since this sign-in began. Sign in again."
SECURITY_NOTICES = frozenset(
    f"account/email/{name}"
    for name in (
        *("password_changed", "password_reset", "password_set"),
        *("email_changed", "email_confirm", "email_deleted"),
    )
)
"""Mails about what somebody did with the account. Anybody who types an address causes others."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes sign-up unless the instance opens it, and sends mails through the outbox."""

    _guessed = ""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client address of our middleware. All requests without one share a rate limit."""
        return Caller.of(request).address or "unknown"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failed sign-ins per account and client, so that nobody can lock out others."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{get_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Slow guesses at one account down over all clients; a known browser is not held up."""
        self._guessed = _guessed_address(request, credentials)
        next_at = guesses.take_guess(self._guessed) if self._guessed else None
        if next_at is not None:
            raise ValidationError(TOO_MANY_GUESSES.format(at=f"{next_at:%H:%M}"))
        super().pre_authenticate(request, **credentials)

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth calls this after a right password."""
        super()._rollback_login_failed_rl_usage()
        if self._guessed:
            guesses.return_guess(self._guessed)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """allauth calls this after a password reset by a mailed link."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        guesses.forget_guesses(str(credentials.get("email") or ""))

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Refuse a suspended person, and note the password with which the sign-in begins."""
        answer: HttpResponse | None = super().pre_login(request, user, **more)
        if answer is None:
            request.session[BEGUN_WITH] = user.get_session_auth_hash()
        return answer

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in. Minutes may have passed at the second step: who is suspended or has another
        password by now does not come in."""
        begun_with = request.session.pop(BEGUN_WITH, "")
        if not user.is_active:
            clear_login(request)
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        if not constant_time_compare(begun_with, user.get_session_auth_hash()):
            clear_login(request)
            messages.info(request, BEGIN_AGAIN)
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways of allauth, and linked accounts that can prove it; for who has no way at all,
        the page that says what to do."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not found or any(each.tells_time for each in linked_providers(user)):
            url = reverse("workspaces:openid_proof")
            found.append({"id": "openid", "description": "Linked account", "url": url})
        return found

    def get_login_stages(self) -> list[str]:
        """The stages of allauth, with our second step."""
        ours = {"allauth.mfa.stages.AuthenticateStage": SECOND_STEP}
        return [ours.get(path, path) for path in super().get_login_stages()]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """True if LOCKKEEPER_SIGN_UP is open; else people need an invitation."""
        return bool(settings.LOCKKEEPER_SIGN_UP == "open")

    def new_user(self, request: HttpRequest) -> User:
        """A new, unsaved person."""
        return User()

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a person who signs up, with a personal workspace."""
        user = super().save_user(request, user, form, commit=False)
        user.email = user.email.lower()
        user.time_zone = form.cleaned_data.get("time_zone") or UTC
        user.name = user.name or user.email.partition("@")[0][:100]
        if commit:
            with transaction.atomic():
                save_with_workspace(user)
                caller = Caller.of(request)
                audit.record("accounts:person:add", actor=user, target=user, caller=caller)
        return user

    def clean_email(self, email: str) -> str:
        """Refuse an address that is too long for mail, and one with a token in it."""
        if has_token(email):
            raise ValidationError(TOKEN_HERE)
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError("An address has at most 254 characters.")
        return str(super().clean_email(email))

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Do nothing: there are no user names."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render allauth's mail and add it to the outbox."""
        mail = self.render_mail(template_prefix, email, context)
        html = ""
        if isinstance(mail, EmailMultiAlternatives) and mail.alternatives:
            html = str(mail.alternatives[0][0])
        words = Words(subject=mail.subject, text=str(mail.body), html=html)
        key = f"account:{uuid4()}"
        if template_prefix in SECURITY_NOTICES:
            compose.post(to=email, words=words, dedupe_key=key)
        else:
            compose.post_from_outside(
                to=email, words=words, dedupe_key=key, cause=MailCause.STRANGER
            )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Built from SITE_URL, never from the Host header of a request."""
        return absolute(reverse("account_reset_password_from_key", args=_uid_and_key(key)))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Built from SITE_URL, never from the Host header of a request."""
        return absolute(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def format_email_subject(self, subject: str) -> str:
        """The subject without allauth's prefix."""
        return subject


def _guessed_address(request: HttpRequest, credentials: dict[str, Any]) -> str:
    """The address whose password is tried; empty if the limit of guesses does not hold here."""
    address = str(credentials.get("email") or "")
    if request.user.is_authenticated:
        return ""
    person = User.objects.filter(email__iexact=address).first()
    return "" if person and known_browsers.is_known(request, person) else address


def _uid_and_key(key: str) -> tuple[str, str]:
    """Split a reset key of allauth, which has a hyphen between its two parts."""
    uid, _, rest = key.partition("-")
    return uid, rest


def sign_in_person(request: HttpRequest, person: User) -> None:
    """Sign in a person who has just proven their identity by a link or the set-up code."""
    login(request, person, backend=BACKEND)
    record_authentication(request, person, method="password", email=person.email)
