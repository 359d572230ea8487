"""Error reports without request data: they contain the error and its source lines only."""

from collections.abc import ItemsView
from types import FrameType, TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter


class SilentReporter(ExceptionReporter):
    """Omits the request, because its URL, headers and fields may contain secrets."""

    def __init__(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)


class SilentFilter(SafeExceptionReporterFilter):
    """No form values, no local variables, no cookies; settings by name only."""

    def get_safe_settings(self) -> dict[str, Any]:
        """The names of the settings, each with a masked value."""
        return dict.fromkeys(super().get_safe_settings(), self.cleansed_substitute)

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Always empty: reports must not contain request data."""
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """Always empty: reports must not contain request data."""
        return {}

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Always empty: reports must not contain request data."""
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType | TracebackType
    ) -> ItemsView[str, Any]:
        """Always empty: reports must not contain request data."""
        return {}.items()
