"""Measures the time from a click to the verdict on the page, in Chromium.

    .venv/bin/python -m bench.click_to_verdict [--delay MILLISECONDS] [CLICKS]

The embedded product, a registry on this machine whose every answer takes so long (10 ms by
default, three answers for a check), and the buttons *Check now* and *Check* of the form. The
registry's own time is printed apart, and what is left is compared with the aim.
"""

import argparse
import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.slow_registry import slow_registry
from tests.browser.conftest import FLAGS
from tests.journeys.person import Person
from tests.journeys.product import product
from tests.servers.process import program

CLICKS, DELAY_MS, ANSWERS, AIM_S = 20, 10.0, 3, 0.5
PAUSE_S = 1.5
"""Between two clicks, so that the origin's own rate holds nothing back."""
LOGIN = ("made-up", "made-up-password")
MARK = (
    "() => document.querySelectorAll('#credential, #trial > *').forEach((e) => e.dataset.old = 1)"
)
DETAIL = """() => document.querySelector('#credential:not([data-old])')
  && !document.querySelector('.sign-checking, .sign-waiting, #progress')"""
FORM = """() => document.querySelector('#trial > *:not([data-old])')
  && !document.querySelector('#trial :is(.sign-checking, .sign-waiting, #progress)')
  && !document.querySelector('#trial > :is(.sign-checking, .sign-waiting, #progress)')"""


@contextmanager
def a_person() -> Iterator[Person]:
    """A person with a browser and an account in a new installation."""
    with product() as running, sync_playwright() as playwright:
        chromium = program("chromium", "chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(locale="en-US", timezone_id="UTC")
        page.set_default_timeout(60_000)
        person = Person(page, running)
        person.set_up()
        person.base = page.url
        yield person
        browser.close()


def seconds(page: Page, button: str, is_there: str) -> float:
    """The time from the click on the button until the verdict is there."""
    page.evaluate(MARK)
    began = time.perf_counter()
    page.locator(button).click(no_wait_after=True)
    page.wait_for_function(is_there, polling="raf")
    return time.perf_counter() - began


def clicks(person: Person, count: int, button: str, is_there: str) -> list[float]:
    """So many clicks, after one that warms up."""
    found = []
    for _ in range(count + 1):
        forget_limits(person.product.data)
        found.append(seconds(person.page, button, is_there))
        time.sleep(PAUSE_S)
    return found[1:]


def forget_limits(data: Path) -> None:
    """How often a person may ask is not what this bench measures."""
    with sqlite3.connect(next(data.glob("*.sqlite3")), timeout=20) as database:
        database.execute("DELETE FROM lockkeeper_cache WHERE cache_key LIKE '%throttle:%'")


def line(name: str, found: list[float], own_s: float) -> str:
    """The figures of one button; the aim is for what comes on top of the registry's own time."""
    median, worst = statistics.median(found), max(found)
    reached = "reached" if worst - own_s <= AIM_S else "not reached"
    return (
        f"{name:<10} median {median:5.2f} s, worst {worst:5.2f} s; without the registry's own time "
        f"{median - own_s:5.2f} and {worst - own_s:5.2f} s: {(median - own_s) / AIM_S:4.2f} and "
        f"{(worst - own_s) / AIM_S:4.2f} times the aim of {AIM_S} s, {reached}"
    )


def main(count: int, delay_s: float) -> None:
    """Measure both buttons and print."""
    own_s = ANSWERS * delay_s
    with slow_registry(delay_s) as netloc, a_person() as person:
        server = f"http://{netloc}"
        person.allow_http(server)
        person.fill("deploy", LOGIN, server)
        person.add()
        person.page.wait_for_function(DETAIL)
        measured: dict[str, Callable[[], list[float]]] = {
            "Check now": lambda: clicks(person, count, "#check_now", DETAIL),
            "Check": lambda: clicks(person, count, "#act_check", FORM),
        }
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        print(f"{count} clicks each; the registry's own time {own_s * 1000:.0f} ms")
        print(f"load {os.getloadavg()[0]:.1f} before")
        print(line("Check now", measured["Check now"](), own_s))
        person.fill("another", LOGIN, server)
        print(line("Check", measured["Check"](), own_s))
        print(f"load {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("clicks", nargs="?", type=int, default=CLICKS)
    parser.add_argument("--delay", type=float, default=DELAY_MS, metavar="MILLISECONDS")
    asked = parser.parse_args()
    main(asked.clicks, asked.delay / 1000)
