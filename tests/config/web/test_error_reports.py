"""An error report names what broke and where, and holds nothing of what was sent."""

import logging
import sys

import pytest
from django.conf import LazySettings
from django.test import RequestFactory
from django.views.debug import get_exception_reporter_class, get_exception_reporter_filter

from config.web.error_reports import SilentFilter

# Put together, since a report shows lines of the source.
SECRET = "-".join(["made", "up", "PASSWORD", "1"])


def broken(text: str) -> None:
    kept = {"password": text}
    raise RuntimeError(f"it broke, and {len(kept)} value was there")


@pytest.fixture(params=["html", "text"])
def report(request: pytest.FixtureRequest, settings: LazySettings) -> str:
    settings.DATABASE_LOOKALIKE = {"PASSWORD_URL": SECRET, "URL": f"postgres://a:{SECRET}@b/c"}
    settings.DEBUG = True
    asked = RequestFactory().post(
        f"/there/?token={SECRET}",
        {"password": SECRET, "note": SECRET},
        HTTP_AUTHORIZATION=SECRET,
        HTTP_COOKIE=f"session={SECRET}",
    )
    try:
        broken(SECRET)
    except RuntimeError:
        reporter = get_exception_reporter_class(asked)(asked, *sys.exc_info())
    found: str = getattr(reporter, f"get_traceback_{request.param}")()
    return found


def test_the_filter_is_in_use() -> None:
    assert isinstance(get_exception_reporter_filter(None), SilentFilter)


def test_a_report_says_what_broke_and_where(report: str) -> None:
    assert "it broke, and 1 value was there" in report
    assert "test_error_reports.py" in report


def test_a_report_names_settings_and_holds_no_value(report: str) -> None:
    assert "DATABASE_LOOKALIKE" in report
    assert SECRET not in report


def test_no_log_handler_sends_mail() -> None:
    handlers = [
        type(each).__name__
        for name in ("", "django", "django.request")
        for each in logging.getLogger(name).handlers
    ]
    assert "AdminEmailHandler" not in handlers
