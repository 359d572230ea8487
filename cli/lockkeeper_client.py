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
import re
import sys
import time

VERSION = "1.0"
HELPER = "docker-credential-lockkeeper"
PROVIDER = "lockkeeper-credential-provider"
PREFLIGHT = "lockkeeper-preflight"
NOT_FOUND = "credentials not found in native keychain"
NO_SERVER = "no credentials server URL"
INCOMPLETE = "The answer is not complete."
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
    except (ValueError, RecursionError):
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
    except (OSError, ValueError) as error:
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
    except (ValueError, RecursionError):
        data = None
    if status == 200 and isinstance(data, dict):
        return data
    code = data.get("code") if isinstance(data, dict) else None
    if status == 404 and code == "not_found":
        raise Missing
    if isinstance(code, str):
        words = wrong_value(data) if status == 422 else ""
        words = words or str(data.get("detail") or data.get("title") or code)
        raise Failed(f"Lockkeeper answers {status}: {printable(words)[:300]}")
    raise Failed(f"{host} answers {status}, and not as Lockkeeper does.")


def wrong_value(problem: dict) -> str:
    """The first value that Lockkeeper does not take, and why; empty if it names none."""
    errors = problem.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict) or not first.get("detail"):
        return ""
    pointer = str(first.get("pointer") or "")
    pointer = pointer[1:] if pointer.startswith("/") else pointer
    return f"{pointer}: {first['detail']}" if pointer else str(first["detail"])


def printable(words: str) -> str:
    """Without what moves the cursor, colors or hides: control signs, ends of lines."""
    return "".join(sign for sign in words if sign.isprintable())


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
    if parts.scheme == "http" and not is_here(host):
        raise Failed("LOCKKEEPER_URL must begin with https://.")
    return parts.scheme, host, port


def is_here(host: str) -> bool:
    """True for this machine: a name such as 127.0.0.1.example.org is another one."""
    from ipaddress import ip_address

    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def wish(found: dict, **asked: str) -> dict:
    """The body of a fetch."""
    body = {**asked, "need": str(found.get("need") or "pull")}
    if found.get("workspace"):
        body["workspace"] = str(found["workspace"])
    return body


def login_of(answer: dict) -> tuple:
    """User name and password."""
    login = answer["username"], answer["password"]
    if not all(isinstance(each, str) for each in login):
        raise Failed(INCOMPLETE)
    return login


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
        answer = ask(found, "/api/v1/fetch", wish(found, server=server), "lockkeeper-helper")
    except Missing:
        print(NOT_FOUND)
        return 1
    name, password = login_of(answer)
    print(json.dumps({"ServerURL": server, "Username": name, "Secret": password}))
    return 0


def provider(_words: list) -> int:
    """The kubelet's contract."""
    try:
        asked = json.loads(sys.stdin.read(MOST_BYTES))
        version, image = asked["apiVersion"], asked["image"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Failed("Standard input is no CredentialProviderRequest.") from None
    if version not in VERSIONS or asked.get("kind") != "CredentialProviderRequest":
        raise Failed("This kind or apiVersion of a request is not known.")
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
        name, password = login_of(login)
        answer["auth"] = {str(image): {"username": name, "password": password}}
    except Missing:
        pass  # an answer without auth: nothing to offer, and nothing to remember
    print(json.dumps(answer))
    return 0


def preflight(words: list) -> int:
    """Exit with 0 if all images can be pulled, 1 if one cannot, 2 if that could not be told."""
    images, body = [], {}
    while words:
        word = words.pop(0)
        if word in ("--need", "--workspace") and words:
            body[word[2:]] = words.pop(0)
        elif word == "--max-age-minutes" and words and is_number(words[0]):
            body["max_age_minutes"] = int(words.pop(0))
        elif word.startswith("-") and word != "-":
            usage = (
                "[--need push] [--workspace ID] [--max-age-minutes 60] IMAGE ... (- reads lines)"
            )
            raise Failed(f"Usage: {PREFLIGHT} {usage}")
        else:
            images += sys.stdin.read(MOST_BYTES).split() if word == "-" else [word]
    if not images:
        raise Failed("Name at least one image.")
    try:
        found = settings()
        asked = {**wish(found), **body, "images": images}
        until = time.monotonic() + 60
        told = told_of(found, asked)
        while any(each["works"] == "pending" for each in told) and time.monotonic() < until:
            time.sleep(PAUSE)
            told = told_of(found, asked)
    except Missing:
        raise Failed("There is no such workspace.") from None
    for each in told:
        name = each["credential"] or "-"
        print(printable(f"{each['works']:8} {each['image']}  {name}  {each['words']}"))
    states = {each["works"] for each in told}
    return 1 if "no" in states else 0 if states == {"yes"} else 2


def is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 10


def told_of(found: dict, asked: dict) -> list:
    """An item for each image, in the order of the images."""
    told = ask(found, "/api/v1/preflight", asked, PREFLIGHT)["items"]
    if len(told) != len(asked["images"]):
        raise Failed(INCOMPLETE)
    for number, image in enumerate(asked["images"]):
        each = told[number]
        texts = each["works"], each["image"], each["words"], each["credential"] or ""
        if not all(isinstance(text, str) for text in texts) or not is_same(each["image"], image):
            raise Failed(INCOMPLETE)
    return told


def is_same(told: str, asked: str) -> bool:
    """True if Lockkeeper tells of this image, which it names in full and without tag and digest."""
    server, _, path = told.partition("/")
    start = f"{re.escape(server)}/"
    if server == "docker.io":
        start = r"([a-z0-9.-]*docker\.(io|com)(:443)?/)?(library/)?"
        path = path[len("library/") :] if path.startswith("library/") else path
    name = rf"([a-z]+://)?{start}{re.escape(path)}(:[\w.-]+)?(@[\w.+:-]+)?"
    return bool(re.fullmatch(name, asked, re.IGNORECASE))


def main(name: str, words: list) -> int:
    """Run the program of this name. Whatever it was sent, it fails with one sentence.

    docker reads it from standard output, the kubelet writes standard error to its log.
    """
    run, out, code = helper, sys.stdout, 1
    if name.startswith(PROVIDER):
        run, out = provider, sys.stderr
    elif name.startswith(PREFLIGHT):
        run, out, code = preflight, sys.stderr, 2
    sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return run(words)
    except Failed as error:
        line = str(error)
    except Exception:  # noqa: BLE001  # a caller or a server that keeps to no contract
        line = INCOMPLETE
    print(printable(line), file=out)
    return code


if __name__ == "__main__":
    sys.exit(main(os.path.basename(sys.argv[0]), sys.argv[1:]))
