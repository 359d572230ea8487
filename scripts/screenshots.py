"""Makes the pictures of the README, light and dark, from a demo: ``make screenshots``.

The demo (``scripts/demo``) runs on a free port of this machine. Its data comes from fixed seeds:
what differs from run to run is what counts from today, such as dates.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
PAGES = {"overview": "/o/acme/shop/", "credentials": "/o/acme/shop/credentials/"}
THEMES = ("light", "dark")
PERSON = "owner@acme.example"
WIDTH, HEIGHT = 1280, 720
LARGEST = 150_000  # bytes of a picture
START_S, STOP_S, PAUSE_S = 150, 60, 0.5
STARTED = re.compile(r"password (\S+)[\s\S]*Ctrl-C ends it")


def main() -> int:
    """Start the demo, take each picture, stop the demo."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print(
            "Chromium is needed: run scripts/debian-packages, as make test does.", file=sys.stderr
        )
        return 1
    with _demo() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for theme in THEMES:
            _take(browser, address, password, theme)
    return 0


@contextmanager
def _demo() -> Iterator[tuple[str, str]]:
    """The address of a running demo, and the password of its people."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "LOCKKEEPER_PORT": str(port), "DEMO_PYTHON": sys.executable}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as words:
        demo = subprocess.Popen(
            [ROOT / "scripts" / "demo"],
            cwd=ROOT,
            env=environment,
            stdout=words,
        )
        try:
            yield f"http://localhost:{port}", _password(demo, Path(words.name))
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(STOP_S)


def _password(demo: "subprocess.Popen[bytes]", words: Path) -> str:
    """What the demo prints when it has started."""
    end = time.monotonic() + START_S
    while time.monotonic() < end and demo.poll() is None:
        if found := STARTED.search(words.read_text(encoding="utf-8")):
            return found[1]
        time.sleep(PAUSE_S)
    raise SystemExit("The demo did not start: see what `make demo` says.")


def _take(browser: Browser, address: str, password: str, theme: str) -> None:
    """The pictures of one theme."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": WIDTH, "height": HEIGHT},
        locale="en-US",
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("E-mail address").fill(PERSON)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/o/**")
    for name, path in PAGES.items():
        page.goto(path)
        picture = PICTURES / f"{name}-{theme}.png"
        page.screenshot(path=picture)
        size = picture.stat().st_size
        print(f"{picture.relative_to(ROOT)}: {size:,} bytes")
        if size > LARGEST:
            raise SystemExit(f"{picture.name} has more than {LARGEST:,} bytes.")
    context.close()


if __name__ == "__main__":
    sys.exit(main())
