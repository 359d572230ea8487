"""Providers that are known from documentation only and were never tried: data without code."""

from registry.providers.profiles import asia, clouds, products, vendors
from registry.providers.provider import Provider

PROFILES: tuple[Provider, ...] = (
    *products.PROFILES,
    *clouds.PROFILES,
    *asia.PROFILES,
    *vendors.PROFILES,
)
