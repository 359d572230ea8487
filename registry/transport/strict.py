"""Read an HTTP/1.1 answer strictly: a cut, ambiguous or endless head is a failure."""

import http.client
import io
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from registry.protocol.http import FailureKind, NetworkFailure

MAX_LINE = 64 * 1024
MAX_HEAD_BYTES = 256 * 1024
MAX_HEAD_LINES = 300  # 100 header fields in the answer, the rest for "100 Continue"
BLANK = frozenset({b"\r\n", b"\n"})
START = BLANK | {b""}
# RFC 9112 sections 4, 5 and 7.1. Python reads a lone CR as the end of a line, and 2_0 as a number.
STATUS_LINE = re.compile(rb"HTTP/1\.[0-9] +[0-9]{3}(?: [^\0\r\n]*)?\r?\n")
FIELD_LINE = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:|[ \t])[^\0\r\n]*\r?\n")
CHUNK_LINE = re.compile(rb"[0-9A-Fa-f]+[ \t]*(?:;[^\0\r\n]*)?\r?\n")
LENGTH = re.compile(r"[0-9]{1,99}")  # Python counts no further than 4,300 digits
FOLD = re.compile(r"\r?\n[ \t]+")
# No registry answers in several parts, and Python's parser takes seconds for some boundaries
# of such parts. A folded line could hide the type.
PARTS = re.compile(rb"content-type:[^;]*(?:multipart|message)/", re.IGNORECASE)
TYPE_FIELD = re.compile(rb"content-type:", re.IGNORECASE)


def malformed(detail: str) -> NetworkFailure:
    """The failure of an answer that is not HTTP in our strict form."""
    return NetworkFailure(FailureKind.MALFORMED, detail=detail)


class HeadReader(io.BufferedReader):
    """Reads lines and remembers the last one; in a head, it counts lines and bytes."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw)
        self.in_head = True
        self.last_line = b""
        self.lines = 0
        self.bytes = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if self.in_head:
            self.lines += 1
            self.bytes += len(line)
            if self.lines > MAX_HEAD_LINES or self.bytes > MAX_HEAD_BYTES:
                raise malformed("endless_head")
            if line.endswith(b"\n") and not self._is_sound(line):
                raise malformed("head")
        self.last_line = line
        return line

    def _is_sound(self, line: bytes) -> bool:
        """True if this line is valid at its position in a head; a blank line ends a head."""
        if self.last_line in START:
            return STATUS_LINE.fullmatch(line) is not None
        if FIELD_LINE.fullmatch(line) is None:
            return line in BLANK
        if line[:1] in b" \t":
            return TYPE_FIELD.match(self.last_line) is None
        return line[:1] not in b"cC" or PARTS.match(line) is None

    def ended_early(self) -> bool:
        """True if the first line was cut: nothing came, or only the start of a status line."""
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
    ``has_ended_well`` is True once the body is read, if nothing came after its end.
    """

    fp: Any  # set to None once the body was read

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.sock = sock
        self.fp = HeadReader(self.fp.detach())
        self.has_ended_well = False

    def begin(self) -> None:
        """Read the head; raises :class:`NetworkFailure` for errors that http.client ignores."""
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
        if coding and (coding != ["chunked"] or lengths or not self.chunked):
            raise malformed("transfer_encoding")
        if len(lengths) > 1 or not all(LENGTH.fullmatch(text) for text in lengths):
            raise malformed("length")

    def plain_fields(self) -> Iterator[tuple[str, str]]:
        """The header fields, in the order sent, each on one line (RFC 9112 section 5.2)."""
        return ((name, FOLD.sub(" ", value)) for name, value in self.headers.items())

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if self.fp.last_line.endswith(b"\n") and not CHUNK_LINE.fullmatch(self.fp.last_line):
            raise malformed("chunk")
        return size

    def _safe_read(self, amt: int) -> bytes:
        """Read all of it; only the end of a line may come between two chunks."""
        read: bytes = super()._safe_read(amt)  # type: ignore[misc]
        if self.chunk_left == 0 and read != b"\r\n":
            raise malformed("chunk")
        return read

    def _close_conn(self) -> None:
        """At the end of a body: the connection is reusable unless more bytes came."""
        if self.fp is not None and not self.will_close:
            self.has_ended_well = not self._goes_on()
        super()._close_conn()  # type: ignore[misc]

    def _goes_on(self) -> bool:
        """True if something came after the body already: bytes, or the end of the connection.

        TLS may have read the end already, so that the socket itself would never show it.
        """
        patience = self.sock.gettimeout()
        try:
            self.sock.settimeout(0)
            return bool(self.fp.peek(1)) or self.fp.raw.readinto(bytearray(1)) is not None
        except ssl.SSLWantReadError:  # nothing there yet
            return False
        except (OSError, ValueError):  # reset, or closed already
            return True
        finally:
            self.sock.settimeout(patience)
