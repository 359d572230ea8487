"""An HTTP client that sends forms, follows every link, and stores every response."""

import re
from collections import deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import requests

LINK = re.compile(r'\s(?:href|hx-get)="([^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SEEN = re.compile(r'name="seen" value="([^"]+)"')
EXCLUDED = ("/account/logout/", "/static/", "/admin/logout/")
MAX_QUERIES = 3  # pages of one path that differ only in the query
LIMIT = 300
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Answer:
    """One response: its path, and all of its content except the cookies."""

    path: str
    status: int
    content: bytes
    is_download: bool = False


@dataclass
class Visitor:
    """A person who uses the product's pages."""

    url: str
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        # The server may close a kept connection just when the next request is sent.
        self._session.headers["Connection"] = "close"

    def get(self, path: str) -> requests.Response:
        return self._kept(self._session.get(urljoin(self.url, path), timeout=20))

    def post(self, path: str, *, at: str = "", token: str = "", **values: str) -> requests.Response:
        """Send a form of the page ``at``, by default ``path``, with its CSRF token."""
        page = self.get(at or path).text
        found, seen = TOKEN.search(page), SEEN.search(page)
        values["csrfmiddlewaretoken"] = token or (found[1] if found else "")
        if seen:
            values["seen"] = unescape(seen[1])
        address = urljoin(self.url, path)
        headers = {"Referer": address}
        return self._kept(self._session.post(address, values, headers=headers, timeout=20))

    def call(self, path: str, token: str, body: dict[str, str] | None = None) -> requests.Response:
        """A request to the API with this token, and without cookies: a POST if it has a body."""
        headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
        method, address = "GET" if body is None else "POST", urljoin(self.url, path)
        return self._kept(requests.request(method, address, json=body, headers=headers, timeout=20))

    def cookie(self, name: str) -> str:
        """The value of a cookie that this browser keeps."""
        return str(self._session.cookies.get(name, ""))

    def _kept(self, last: requests.Response) -> requests.Response:
        for answer in (*last.history, last):
            headers = {k: v for k, v in answer.headers.items() if k.lower() != "set-cookie"}
            content = repr(headers).encode() + b"\n" + answer.content
            path, is_download = urlsplit(answer.url).path, "Content-Disposition" in answer.headers
            self.answers.append(Answer(path, answer.status_code, content, is_download))
        return last

    def crawl(self, *starts: str) -> set[str]:
        """Follow every link from these pages; returns the paths that were seen."""
        waiting, queries = deque(starts), dict.fromkeys(starts, 1)
        seen = set(starts)
        while waiting and len(seen) < LIMIT:
            answer = self.get(waiting.popleft())
            if "html" not in answer.headers.get("Content-Type", ""):
                continue
            for link in LINK.findall(answer.text):
                address = urldefrag(urljoin(answer.url, unescape(link)))[0]
                path = urlsplit(address).path
                if not self._is_ours(address, path) or address in seen:
                    continue
                alike = UUID.sub("*", path)
                queries[alike] = queries.get(alike, 0) + 1
                if queries[alike] <= MAX_QUERIES * (4 if "*" in alike else 1):
                    seen.add(address)
                    waiting.append(address)
        return {urlsplit(address).path for address in seen}

    def _is_ours(self, address: str, path: str) -> bool:
        return address.startswith(self.url) and not path.startswith(EXCLUDED)
