"""Writes docs/providers/ and docs/verdicts.md from the tables; `--check` only compares them."""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from rule_docs import outcomes_section, rules_section  # noqa: E402 - as above
from verdict_docs import verdicts_page  # noqa: E402 - as above

from registry.providers import PROVIDERS  # noqa: E402 - the same
from registry.providers.provider import ANY_SERVICE, Provider, Push  # noqa: E402 - the same
from registry.providers.token_choice import TokenChoice  # noqa: E402 - the same
from registry.secret_kinds.kind import UNKNOWN, TokenKind  # noqa: E402 - the lines above make it importable

GENERATED = "<!-- Written by scripts/provider_docs.py: change the provider's file, then run it. -->"
PUSH_SEEN = {
    Push.CLAIM: "Pull and push are read from what the sign-in's token grants; a check asks "
    "for push only if the repository exists.",
    Push.SPLIT: "A check asks for pull and push separately; each is refused without the right.",
    Push.WHOLE: "Pull and push are read from one token, also before the repository exists.",
    Push.SCOPES: "Pull is seen at the repository; the right to push is read from the scopes. "
    "A check cannot see if the account may push to this repository.",
    Push.NEVER: "Pull is seen at the repository. Nobody can push there.",
    Push.UNSEEN: "Pull is seen at the repository. A check cannot see if the login may push: only a "
    "push shows it, and a check never pushes.",
}


def provider_page(provider: Provider) -> str:
    """Return the page of one provider."""
    parts = [
        GENERATED,
        f"# {provider.label}",
        provider.summary,
        _known_from(provider),
        "## Server",
        "\n".join(_server(provider)),
        "## What to store",
        "\n".join(_form(provider)),
        *_kinds(provider),
        *_choices(provider),
        "## What a check shows",
        "\n".join(_shows(provider)),
        *rules_section(provider),
        *outcomes_section(provider),
    ]
    return "\n\n".join(parts) + "\n"


def _known_from(provider: Provider) -> str:
    source = provider.facts_from or "the distribution specification"
    tried = "tried with the real service" if provider.tried else "not tried with the real service"
    return f"*From {source}; {tried}.*"


def _server(provider: Provider) -> Iterator[str]:
    names = ", ".join(f"`{_readable(pattern)}`" for pattern in provider.hosts)
    yield f"- Known names: {names}." if names else "- Every server has a name of its own."
    yield f"- For example `{provider.server_example}`."
    if provider.realm_path:
        service = {"": "its own name as the service", ANY_SERVICE: "any service"}.get(
            provider.service, f"the service `{provider.service}`"
        )
        path = _readable(provider.realm_path)
        yield f"- A server with another name is recognized by its realm, `…{path}` with {service}."
    for server, host in provider.realms:
        yield f"- `{server}` has the sign-in host `{host}`, which is trusted without a question."


def _readable(pattern: str) -> str:
    plain = pattern.replace(r"\.", ".")
    return plain if re.fullmatch(r"[a-z0-9./-]+", plain) else pattern


def _form(provider: Provider) -> Iterator[str]:
    example = f" For example `{provider.username_example}`." if provider.username_example else ""
    yield f"- **{provider.username_label}:** {provider.username_help}{example}"
    yield f"- **{provider.secret_label}:** {provider.secret_help}"
    yield f"- **Repository**, to see rights on it: like `{provider.repository_example}`."
    if provider.token_page:
        yield f"- [{provider.label}'s page about tokens]({provider.token_page})"


def _kinds(provider: Provider) -> Iterator[str]:
    rows = [
        f"| {kind.label} | {_recognized_by(kind)} | {_end_of(kind)} |" for kind in provider.kinds
    ]
    if rows:
        yield "\n".join(
            ["| Kind | Recognized by | Its end |", "|---|---|---|", *dict.fromkeys(rows)]
        )


def _recognized_by(kind: TokenKind) -> str:
    signs = {"its shape": kind.pattern, "the user name": kind.username}
    return " and ".join(sign for sign, pattern in signs.items() if pattern) or "nothing else"


def _end_of(kind: TokenKind) -> str:
    if kind.useless:
        return "no registry accepts it; recognized before anything is sent"
    if kind.dies_with:
        return f"ends by design with {kind.dies_with}"
    if kind.lives is not None:
        return f"ends by design after {kind.lives.total_seconds() / 3600:g} h"
    return "read from itself" if kind.ends is not UNKNOWN.ends else ""


def _choices(provider: Provider) -> Iterator[str]:
    if not provider.choices:
        return
    yield "## Which token"
    rows = (f"| {choice.label} | {choice.when} | {_made(choice)} |" for choice in provider.choices)
    yield "\n".join(["| Kind | When | Where it is made, and by whom |", "|---|---|---|", *rows])
    if provider.choice_notes:
        yield "\n".join(f"- {note}" for note in provider.choice_notes)


def _made(choice: TokenChoice) -> str:
    return "<br>".join(part for part in (choice.path, choice.maker) if part)


def _shows(provider: Provider) -> Iterator[str]:
    yield "- **Alive:** from a sign-in, which every check makes. It pushes and creates nothing."
    yield f"- **Allowed:** {PUSH_SEEN[provider.push]}"
    if provider.token_life:
        yield "- Where the need is to push, a check warns of sign-in tokens that live only minutes."
    if provider.introspect is not None:
        yield "- A check asks its API about tokens that it knows, before the sign-in."
    if provider.exchange is not None:
        yield "- A check first exchanges the stored secret for a login, at the provider's own API."
    read = any(kind.ends is not UNKNOWN.ends for kind in provider.kinds)
    end = "read from the secret itself if it contains one; " if read else ""
    api = "from the API if it knows; " if provider.introspect is not None else ""
    yield f"- **When it ends:** {api}{end}otherwise a person enters the date."
    yield f"- **When it was last used:** {provider.last_use}"


def index_page() -> str:
    """Return the page that lists all providers."""
    lines = [
        f"| [{p.label}]({p.slug}.md) | {p.summary} | {'yes' if p.tried else 'no'} |"
        for p in PROVIDERS
    ]
    table = "\n".join(
        ["| Provider | What it is | Tried with the real service |", "|---|---|---|", *lines]
    )
    return "\n\n".join([GENERATED, "# Providers", table]) + "\n"


def documents() -> dict[str, str]:
    """Return the text of each generated document by its path inside the project."""
    pages = {f"docs/providers/{p.slug}.md": provider_page(p) for p in PROVIDERS}
    index = {"docs/providers/README.md": index_page(), "docs/verdicts.md": verdicts_page()}
    return {**pages, **index}


def stale() -> list[str]:
    """Return the paths of documents that differ from the tables or belong to no provider."""
    wanted = documents()
    there = {p.relative_to(ROOT).as_posix() for p in (ROOT / "docs/providers").glob("*.md")}
    old = [p for p, text in wanted.items() if not (ROOT / p).exists() or _text(p) != text]
    return sorted({*old, *(there - set(wanted))})


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def main() -> int:
    """Write the stale documents, or with `--check` print their paths; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when stale")
    found = stale()
    if parser.parse_args().check:
        sys.stdout.writelines(f"stale: {path}\n" for path in found)
        return 1 if found else 0
    wanted = documents()
    for path in found:
        if path not in wanted:
            (ROOT / path).unlink()
            continue
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(wanted[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
