"""The steps of a check as pages show them: what each does, and whether it went well."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from credentials_app.presentation.credential import provider_of
from registry.addresses.origins import Origin
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
class StepView:
    """One step; ``went_well`` False: its answer ended the check, or would have."""

    step: Step
    words: str
    went_well: bool


def trail_view(steps: Iterable[Step], provider: str) -> tuple[StepView, ...]:
    """``provider``: the slug of the provider whose rules recognized the answers."""
    rules = provider_of(provider)
    return tuple(
        StepView(step, words_of_step(step.name, step.to), rules.rule(step.rule).outcome is None)
        for step in steps
    )


def words_of_step(name: StepName, to: str) -> str:
    """What this step does, in a few words; ``to`` is the text of its origin, or empty."""
    host = Origin.parse(to).display if to else ""
    return gettext(WORDS_OF_STEPS[name]).format(host=host)
