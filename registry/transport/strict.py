"""An HTTP/1.1 answer read strictly: cut, ambiguous and endless heads never look like answers."""

import http.client
import io
import socket
from typing import Any

from registry.exchange import FailureKind, NetworkFailure

MAX_LINE = 64 * 1024
MAX_HEAD_BYTES = 256 * 1024
MAX_HEAD_LINES = 300  # 100 header fields in the answer, the rest for "100 Continue"
BLANK = frozenset({b"\r\n", b"\n"})


def malformed(detail: str) -> NetworkFailure:
    """The failure of an answer that is not HTTP as we speak it."""
    return NetworkFailure(FailureKind.MALFORMED, detail=detail)


class HeadReader(io.BufferedReader):
    """Reads lines and remembers the last; while it reads a head, lines and bytes are counted."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw)
        self.in_head = True
        self.last_line = b""
        self.lines = 0
        self.bytes = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        self.last_line = line = super().readline(size)
        if self.in_head:
            self.lines += 1
            self.bytes += len(line)
            if self.lines > MAX_HEAD_LINES or self.bytes > MAX_HEAD_BYTES:
                raise malformed("endless_head")
        return line

    def ended_early(self) -> bool:
        """Whether the first line was cut: nothing came, or the beginning of a status line."""
        line = self.last_line
        return b"HTTP/".startswith(line[:5]) and not line.endswith(b"\n") and len(line) < MAX_LINE

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:  # a negative chunk size would read without an end
            raise malformed("length")
        return super().read(size)


class StrictResponse(http.client.HTTPResponse):
    """The standard library's answer, without its forgiveness.

    http.client takes a head that ends early for a complete one, stops at the first line that
    is no header, and ignores lengths that are no numbers (RFC 9112, sections 5 and 6.3).
    ``has_ended_well`` tells, once the body was read, that it ended and nothing stood behind it.
    """

    fp: Any  # set to None once the body was read

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.sock = sock
        self.fp = HeadReader(self.fp.detach())
        self.has_ended_well = False

    def begin(self) -> None:
        """Read the head; raises :class:`NetworkFailure` for what http.client lets pass."""
        reader = self.fp
        try:
            super().begin()
        except http.client.HTTPException:
            if reader.ended_early():
                raise NetworkFailure(FailureKind.CUT, detail="head") from None
            raise
        reader.in_head = False
        if reader.last_line not in BLANK:
            raise NetworkFailure(FailureKind.CUT, detail="head")
        self._check_head()

    def _check_head(self) -> None:
        fields = self.msg
        if self.status < 200:
            raise malformed("status")
        if fields.defects or fields.get_payload():
            raise malformed("head")
        coding = [value.strip().lower() for value in fields.get_all("Transfer-Encoding", [])]
        lengths = {value.strip() for value in fields.get_all("Content-Length", [])}
        if coding and (coding != ["chunked"] or lengths):
            raise malformed("transfer_encoding")
        if len(lengths) > 1 or not all(text.isascii() and text.isdigit() for text in lengths):
            raise malformed("length")

    def _close_conn(self) -> None:
        """At the end of a body: may the connection be used again? Not with more on it."""
        if self.fp is not None and not self.will_close:
            self.has_ended_well = not self._has_more()
        super()._close_conn()  # type: ignore[misc]

    def _has_more(self) -> bool:
        patience = self.sock.gettimeout()
        try:
            self.sock.settimeout(0)
            return bool(self.fp.peek(1))
        except (OSError, ValueError):  # nothing there yet; or closed already
            return False
        finally:
            self.sock.settimeout(patience)
