"""A page looks in production, with one style sheet, as it does in development with many."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from playwright.sync_api import Page

from config.settings import STORAGES
from tests import cast
from tests.browser import bundles
from tests.config.installation import collected

RULES = """() => {
  const rulesOf = (sheet) => [...sheet.cssRules].flatMap(
    (rule) => rule instanceof CSSImportRule ? rulesOf(rule.styleSheet) : [rule.cssText]);
  return [...document.styleSheets].flatMap(rulesOf);
}"""


def rules_and_requests(page: Page) -> tuple[list[str], int]:
    """The rules that hold in the sign-in page, in their order, and how many files they came in."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.goto("/account/login/")
    page.wait_for_load_state("load")
    return page.evaluate(RULES), asked.count("stylesheet")


def test_the_bundle_has_the_rules_of_its_parts(
    page: Page, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StaticFilesHandler, "serve", bundles.plain)
    cast.person()
    rules, files = rules_and_requests(page)
    assert files > 10
    assert len(rules) > 200
    settings.STORAGES, settings.STATICFILES_DIRS = STORAGES, [collected(tmp_path)]
    settings.STATIC_ROOT = settings.STATICFILES_DIRS[0]
    assert rules_and_requests(page) == (rules, 1)
