"""What a run says at its end: figures that tests left, under a title for each kind of them."""

import pytest
from _pytest.terminal import TerminalReporter

HOSTILE = "hostile"
POLITE = "polite"
CRASH = "crash"
MAILED = "mailed"
FAIR = "fair"
SECTIONS = {
    HOSTILE: "hostile servers, names and addresses",
    POLITE: "a day of many bad credentials",
    CRASH: "what was killed, stopped or wrong, and what became of the checks",
    FAIR: "tenants that share a registry, and what each could do to the others",
    MAILED: "sixty days of forty credentials, and what everybody was mailed",
}


def leave(item: pytest.Item, kind: str, text: str) -> None:
    """Let the run say this at its end, whichever process the test runs in."""
    item.user_properties.append((kind, text))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The figures of every test, whoever ran it."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.getreports(kind)]
    for kind, title in SECTIONS.items():
        found = [getattr(r, "user_properties", ()) for r in reports]
        texts = {str(value) for properties in found for name, value in properties if name == kind}
        if texts:
            terminalreporter.section(title)
        for text in sorted(texts):
            terminalreporter.write_line(text)
