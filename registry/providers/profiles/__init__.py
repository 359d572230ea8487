"""Providers known from their documentation only, none of them tried: nothing but data."""

from registry.providers.profile import Provider
from registry.providers.profiles import asia, clouds, products, vendors

PROFILES: tuple[Provider, ...] = (
    *products.PROFILES,
    *clouds.PROFILES,
    *asia.PROFILES,
    *vendors.PROFILES,
)
