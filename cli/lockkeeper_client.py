#!/usr/bin/env python3
"""Lockkeeper's client in one file: what it does follows from the name under which it is called.

docker-credential-lockkeeper     a credential helper for docker, podman, skopeo, crane, Helm, ORAS
lockkeeper-credential-provider   a credential provider plugin for the kubelet
lockkeeper-preflight             says whether images can be pulled, before a deployment

Python 3.9 or newer, standard library only. Settings: LOCKKEEPER_URL, _TOKEN_FILE, _WORKSPACE, _NEED
and _CA, or ~/.config/lockkeeper/client.json with the same names, token and token_command.
Sources: docker/docker-credential-helpers credentials/credentials.go; kubernetes
staging/src/k8s.io/kubelet/pkg/apis/credentialprovider/v1/types.go.
"""

from __future__ import annotations

import json
import os
import sys
import time

VERSION = "1.0"
HELPER = "docker-credential-lockkeeper"
PROVIDER = "lockkeeper-credential-provider"
PREFLIGHT = "lockkeeper-preflight"
NOT_FOUND = "credentials not found in native keychain"
NO_SERVER = "no credentials server URL"
READ_ONLY = "Lockkeeper is read-only here: add or change the credential on its pages."
SECONDS = 10
PAUSE = 2
MOST_BYTES = 1 << 20
CACHE_SECONDS = 600
VERSIONS = tuple(f"credentialprovider.kubelet.k8s.io/v1{end}" for end in ("", "beta1", "alpha1"))
SETTINGS = ("url", "token_file", "workspace", "need", "ca")


class Failed(Exception):
    """One plain sentence for people, without a secret."""


class Missing(Exception):
    """Lockkeeper has no credential for it."""


def settings() -> dict:
    """The file's settings, over which those of the environment go."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    path = os.environ.get("LOCKKEEPER_CONFIG") or os.path.join(home, "lockkeeper", "client.json")
    try:
        found = json.loads(private_text(path)) if os.path.exists(path) else {}
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Failed(f"{path} is no JSON object.")
    for name in SETTINGS:
        value = os.environ.get(f"LOCKKEEPER_{name.upper()}")
        if value:
            found[name] = value
    if not found.get("url"):
        raise Failed(f"Set LOCKKEEPER_URL, or url in {path}.")
    return found


def private_text(path: str) -> str:
    """The text of a file that nobody else may read."""
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                raise Failed(f"Others can read {path}: run chmod 600 on it.")
            return file.read(MOST_BYTES)
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"{path} cannot be read ({type(error).__name__}).") from None


def token_of(found: dict) -> str:
    """The token, from a file, a command or the settings."""
    if found.get("token_file"):
        text = private_text(str(found["token_file"]))
    elif found.get("token_command"):
        text = printed_by(found["token_command"])
    else:
        text = str(found.get("token") or "")
    text = text.strip()
    if not (text.isascii() and text.replace("_", "").replace("-", "").isalnum()):
        raise Failed("There is no token: set LOCKKEEPER_TOKEN_FILE.")
    return text


def printed_by(command: list) -> str:
    import subprocess

    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
        return done.stdout.decode()
    except (OSError, TypeError, ValueError, subprocess.SubprocessError):
        raise Failed("token_command failed: it is a list of words that prints the token.") from None


def ask(found: dict, path: str, body: dict, agent: str) -> dict:
    """POST to Lockkeeper, within 10 seconds in all. Never follows a redirect.

    A thread asks, because nothing else ends a slow name look-up or an answer that drips.
    """
    import threading

    until = time.monotonic() + SECONDS
    scheme, host, port = address_of(str(found["url"]))
    headers = {
        "Authorization": f"Bearer {token_of(found)}",
        "Content-Type": "application/json",
        "User-Agent": f"{agent}/{VERSION}",
    }
    told = []

    def work() -> None:
        try:
            line = connection(scheme, host, port, found.get("ca"))
            line.request("POST", path, json.dumps(body).encode(), headers)
            answer = line.getresponse()
            told.append((answer.status, answer.read(MOST_BYTES)))
            line.close()
        except Exception as error:  # noqa: BLE001  # the caller tells it
            told.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(max(0, until - time.monotonic()))
    if not told:
        raise Failed(f"Lockkeeper at {host} does not answer within {SECONDS} seconds.")
    if isinstance(told[0], Exception):
        raise Failed(trouble(told[0], host)) from None
    return read(*told[0], host)


def connection(scheme: str, host: str, port: int | None, ca: str | None) -> object:
    from http.client import HTTPConnection, HTTPSConnection

    if scheme == "http":
        return HTTPConnection(host, port, timeout=SECONDS)
    import ssl

    context = ssl.create_default_context(cafile=ca or None)
    return HTTPSConnection(host, port, timeout=SECONDS, context=context)


def trouble(error: Exception, host: str) -> str:
    if type(error).__name__ == "SSLCertVerificationError":
        return f"The certificate of {host} is not trusted: set LOCKKEEPER_CA."
    return f"Lockkeeper at {host} cannot be reached ({type(error).__name__})."


def read(status: int, text: bytes, host: str) -> dict:
    """The answer's object. A 404 that is not Lockkeeper's own is an outage."""
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if status == 200 and isinstance(data, dict):
        return data
    code = data.get("code") if isinstance(data, dict) else None
    if status == 404 and code == "not_found":
        raise Missing
    if isinstance(code, str):
        words = str(data.get("detail") or data.get("title") or code)
        line = "".join(sign for sign in words if sign.isprintable())[:300]
        raise Failed(f"Lockkeeper answers {status}: {line}")
    raise Failed(f"{host} answers {status}, and not as Lockkeeper does.")


def address_of(url: str) -> tuple:
    """Scheme, host and port; plain http is for this machine alone."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in ("https", "http") or parts.path not in ("", "/"):
        raise Failed("LOCKKEEPER_URL must be like https://lockkeeper.example.org.")
    is_here = host in ("localhost", "::1") or host.startswith("127.")
    if parts.scheme == "http" and not is_here:
        raise Failed("LOCKKEEPER_URL must begin with https://.")
    return parts.scheme, host, port


def wish(found: dict, **asked: str) -> dict:
    """The body of a fetch."""
    body = {**asked, "need": str(found.get("need") or "pull")}
    if found.get("workspace"):
        body["workspace"] = str(found["workspace"])
    return body


def helper(words: list) -> int:
    """The protocol of docker's credential helpers: errors go to standard output."""
    action = words[0] if len(words) == 1 else ""
    if action in ("version", "--version", "-v"):
        print(f"{HELPER} (lockkeeper) {VERSION}")
    elif action in ("", "--help", "-h"):
        print(f"Usage: {HELPER} <store|get|erase|list|version>")
        return 0 if action else 1
    elif action == "list":
        sys.stdin.read(MOST_BYTES)
        print("{}")
    elif action == "get":
        return get(sys.stdin.read(MOST_BYTES).strip())
    elif action in ("store", "erase"):
        sys.stdin.read(MOST_BYTES)
        print(READ_ONLY)
        return 1
    else:
        print(f"{HELPER}: unknown action: {action}")
        return 1
    return 0


def get(server: str) -> int:
    if not server:
        print(NO_SERVER)
        return 1
    try:
        found = settings()
        login = ask(found, "/api/v1/fetch", wish(found, server=server), "lockkeeper-helper")
        answer = {
            "ServerURL": server,
            "Username": str(login["username"]),
            "Secret": str(login["password"]),
        }
    except Missing:
        print(NOT_FOUND)
        return 1
    except (Failed, KeyError) as error:
        print(error if isinstance(error, Failed) else "Lockkeeper's answer is not complete.")
        return 1
    print(json.dumps(answer))
    return 0


def provider(_words: list) -> int:
    """The kubelet's contract: errors go to standard error, which it writes to its log."""
    try:
        asked = json.loads(sys.stdin.read(MOST_BYTES))
        version, image = asked["apiVersion"], asked["image"]
    except (ValueError, KeyError, TypeError):
        return fail("Standard input is no CredentialProviderRequest.")
    if version not in VERSIONS or asked.get("kind") != "CredentialProviderRequest":
        return fail("This kind or apiVersion of a request is not known.")
    answer = {
        "apiVersion": version,
        "kind": "CredentialProviderResponse",
        "cacheKeyType": "Image",
        "cacheDuration": "0s",
    }
    try:
        found = settings()
        login = ask(found, "/api/v1/fetch", wish(found, image=str(image)), "lockkeeper-kubelet")
        left = login.get("seconds_left")
        lasts = CACHE_SECONDS if left is None else min(CACHE_SECONDS, max(0, int(left)))
        answer["cacheDuration"] = f"{lasts}s"
        pair = {"username": str(login["username"]), "password": str(login["password"])}
        answer["auth"] = {str(image): pair}
    except Missing:
        pass  # an answer without auth: nothing to offer, and nothing to remember
    except (Failed, KeyError, TypeError, ValueError) as error:
        return fail(str(error) if isinstance(error, Failed) else "The answer is not complete.")
    print(json.dumps(answer))
    return 0


def preflight(words: list) -> int:
    """Exit with 0 if all images can be pulled, 1 if one cannot, 2 if that could not be told."""
    images, body = [], {}
    while words:
        word = words.pop(0)
        if word in ("--need", "--workspace") and words:
            body[word[2:]] = words.pop(0)
        elif word == "--max-age-minutes" and words and words[0].isdigit():
            body["max_age_minutes"] = int(words.pop(0))
        elif word.startswith("-") and word != "-":
            usage = (
                "[--need push] [--workspace ID] [--max-age-minutes 60] IMAGE ... (- reads lines)"
            )
            return fail(f"Usage: {PREFLIGHT} {usage}", 2)
        else:
            images += sys.stdin.read(MOST_BYTES).split() if word == "-" else [word]
    if not images:
        return fail("Name at least one image.", 2)
    try:
        found = settings()
        asked = {**wish(found), **body, "images": images}
        until = time.monotonic() + 60
        told = ask(found, "/api/v1/preflight", asked, PREFLIGHT)["items"]
        while any(each["works"] == "pending" for each in told) and time.monotonic() < until:
            time.sleep(PAUSE)
            told = ask(found, "/api/v1/preflight", asked, PREFLIGHT)["items"]
    except Missing:
        return fail("There is no such workspace.", 2)
    except (Failed, KeyError, TypeError) as error:
        return fail(str(error) if isinstance(error, Failed) else "The answer is not complete.", 2)
    for each in told:
        print(f"{each['works']:8} {each['image']}  {each['credential'] or '-'}  {each['words']}")
    states = {each["works"] for each in told}
    return 1 if "no" in states else 0 if states == {"yes"} else 2


def fail(words: str, code: int = 1) -> int:
    sys.stderr.write(f"{words}\n")
    return code


if __name__ == "__main__":
    name = os.path.basename(sys.argv[0])
    known = {PROVIDER: provider, PREFLIGHT: preflight}
    run = next((does for start, does in known.items() if name.startswith(start)), helper)
    sys.exit(run(sys.argv[1:]))
