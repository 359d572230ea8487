"""The time that credentials are checked by."""

from common.clock import database_now

__all__ = ["database_now"]
