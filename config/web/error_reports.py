"""What an error report may say: what broke and where, never what it held."""

from collections.abc import ItemsView
from types import FrameType, TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter


class SilentReporter(ExceptionReporter):
    """Leaves the request out: its address, its headers and its fields may hold anything."""

    def __init__(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)


class SilentFilter(SafeExceptionReporterFilter):
    """No form values, no local variables, no cookies; settings by name only."""

    def get_safe_settings(self) -> dict[str, Any]:
        """The names of the settings, each with its value covered."""
        return dict.fromkeys(super().get_safe_settings(), self.cleansed_substitute)

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """None."""
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """None."""
        return {}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """None."""
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType | TracebackType
    ) -> ItemsView[str, Any]:
        """None."""
        return {}.items()
