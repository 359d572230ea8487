"""Compare host names by their registrant, with the Public Suffix List.

On its own: it is the only user of the Public Suffix List.
"""

from functools import cache

from publicsuffixlist import PublicSuffixList

from registry.addresses.hosts import is_address


def same_registrable_domain(a: str, b: str) -> bool:
    """True if two canonical hosts belong to one registrant. Never raises.

    Reads the Public Suffix List with its private section (`a.github.io` and `b.github.io` belong to
    two registrants) from the copy inside the library, without a request. Addresses, single labels
    and public suffixes match only themselves. Under a suffix that is not in the list, the last
    label is the suffix: https://github.com/publicsuffix/list/wiki/Format, "Algorithm".
    """
    if a == b:
        return True
    if is_address(a) or is_address(b):
        return False
    domain = _suffixes().privatesuffix(a)
    return domain is not None and domain == _suffixes().privatesuffix(b)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
