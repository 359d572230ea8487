"""Providers known from their documentation only, none of them tried: nothing but data."""

from registry.providers.profiles import asia, clouds, products, vendors
from registry.providers.provider import Provider

PROFILES: tuple[Provider, ...] = (
    *products.PROFILES,
    *clouds.PROFILES,
    *asia.PROFILES,
    *vendors.PROFILES,
)
