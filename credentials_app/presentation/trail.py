"""The steps of a check as pages show them: what each does, and whether it went well."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from credentials_app.presentation.credential import provider_of
from registry.addresses.origins import Origin
from registry.certificate import Certificate, in_words
from registry.evidence import Step, StepName

WORDS_OF_STEPS: dict[StepName, str] = {
    StepName.OFFLINE: _("Read the login itself"),
    StepName.PING: _("Reach {host}"),
    StepName.API: _("Ask the provider about the token"),
    StepName.SIGN_IN: _("Sign in at {host}"),
    StepName.HEALTH: _("Ask {host} without the login"),
    StepName.CANARY: _("Sign in at {host} with a made-up password"),
    StepName.ENTRY: _("Use the token at {host}"),
    StepName.MADE_UP: _("Try a made-up login"),
    StepName.MEMBERSHIPS: _("Ask which projects it reaches"),
    StepName.REPOSITORY: _("Read the repository"),
    StepName.PULL: _("Ask for the right to pull"),
    StepName.PUSH: _("Ask for the right to push"),
    StepName.HINT: _("Look for the registry at {host}"),
}


@dataclass(frozen=True)
class CertificateView:
    """The certificate that a server showed and that was refused."""

    names: str
    issuer: str
    valid: str
    fingerprint: str


@dataclass(frozen=True)
class StepView:
    """One step; ``went_well`` False: its answer ended the check, or would have."""

    step: Step
    words: str
    went_well: bool

    @property
    def certificate(self) -> CertificateView | None:
        """The certificate that the step's handshake failed for, if it failed for one."""
        shown = self.step.certificate
        return certificate_view(shown) if shown else None


def trail_view(steps: Iterable[Step], provider: str) -> tuple[StepView, ...]:
    """``provider``: the slug of the provider whose rules recognized the answers."""
    rules = provider_of(provider)
    return tuple(
        StepView(step, words_of_step(step.name, step.to), rules.rule(step.rule).outcome is None)
        for step in steps
    )


def certificate_view(shown: Certificate) -> CertificateView:
    """The names, issuer, dates (UTC) and SHA-256 of a certificate as text."""
    pairs = (shown.fingerprint[at : at + 2] for at in range(0, len(shown.fingerprint), 2))
    names = in_words(shown.names, shown.count) if shown.count else shown.common_name
    return CertificateView(
        names=names,
        issuer=shown.issuer,
        valid=f"{shown.starts_at:%Y-%m-%d %H:%M} – {shown.ends_at:%Y-%m-%d %H:%M} UTC",
        fingerprint=":".join(pairs),
    )


def words_of_step(name: StepName, to: str) -> str:
    """What this step does, in a few words; ``to`` is the text of its origin, or empty."""
    host = Origin.parse(to).display if to else ""
    return gettext(WORDS_OF_STEPS[name]).format(host=host)
