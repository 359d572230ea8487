"""Template tags of samples: where the button that makes one is offered, and of which place."""

from dataclasses import dataclass

from django import template

from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat
from workspaces.sample_places import has_place

register = template.Library()


@dataclass(frozen=True)
class SampleOffer:
    """``organization``: the slug of the one that gets the sample; empty for one's own."""

    organization: str = ""


@register.simple_tag
def sample_offer(seat: Seat) -> SampleOffer | None:
    """The offer on the empty pages of a workspace; None if the person may not take it.

    In an organization its owners may. In one's own workspace everybody may who owns an
    organization or may make one.
    """
    place = seat.workspace
    if place.is_sample:
        return None
    if place.organization is None:
        return SampleOffer() if has_place(seat.user) else None
    return SampleOffer(place.organization.slug) if getattr(place, "owns", False) else None


@register.simple_tag
def may_remove_sample(seat: Seat) -> bool:
    """True if the workspace is a sample that this person may remove."""
    return seat.workspace.is_sample and allows(seat.role, Can.DELETE_WORKSPACE)
