"""Read one answer with h11, without I/O: bytes in, a `Response` out, within our limits."""

import h11

from registry.protocol.http import FailureKind, NetworkFailure, Response

MAX_BODY = 64 * 1024
MAX_HEAD = 32 * 1024  # with the interim answers before it; also a chunk's size line, and trailers
MAX_FIELDS = 100
MAX_LINES = 300  # of a head that is not complete yet, so that one without an end ends early
MAX_INTERIM = 100
NO_BODY = frozenset({204, 304})
TLS_ALERT = b"\x15\x03"  # how a server that speaks TLS refuses plain text (RFC 8446 section 5.1)
FRAMING = {b"transfer-encoding", b"content-length"}


def malformed(detail: str) -> NetworkFailure:
    """The failure of an answer that is not HTTP/1, or not in the strict form that we accept."""
    return NetworkFailure(FailureKind.MALFORMED, detail=detail)


class AnswerReader:
    """Reads the answer to one request of this ``method``; feed it until it returns a response.

    h11 demands the form of RFC 9112. Beyond that we refuse a head of more than 32 KiB or 100
    fields, a length together with chunks (section 6.3: an answer that may be smuggled), another
    version than HTTP/1, and a content coding, because we ask for none.
    """

    def __init__(self, method: str) -> None:
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        # h11 learns the method and no more: our own message holds the login, and the errors of
        # h11 quote what they refuse.
        self._parser.send(h11.Request(method=method, target="/", headers=[("Host", "")]))
        self._parser.send(h11.EndOfMessage())
        self._has_body = method != "HEAD"
        self._received = 0
        self._lines = 0
        self._interim = 0
        self._head: Response | None = None
        self._body = bytearray()
        self.is_too_large = False

    def feed(self, data: bytes) -> Response | None:
        """Take the next bytes; empty: the connection ended. None: the answer is not complete.

        Raises :class:`NetworkFailure`: cut, malformed, too large, or timed out for a trailer or
        chunk that does not end.
        """
        self._received += len(data)
        self._parser.receive_data(data)
        failure = None
        try:
            response = self._read()
        except h11.RemoteProtocolError as error:
            failure = self._explain(error, has_ended=not data)
        if failure is not None:  # raised here: the error of h11 quotes the answer
            raise failure
        if self._head is None:
            self._lines += data.count(b"\n")
            if self._lines > MAX_LINES:
                raise malformed("head")
        return response

    @property
    def partial(self) -> Response | None:
        """The head and the first 64 KiB of the body so far; None: no head came."""
        if self._head is None:
            return None
        return Response(self._head.status, self._head.headers, bytes(self._body[:MAX_BODY]))

    @property
    def unread(self) -> bytes:
        """Bytes that came behind the answer."""
        return self._parser.trailing_data[0]

    @property
    def leaves_connection_open(self) -> bool:
        """True after a complete answer that nothing follows, if the server goes on listening."""
        is_done = self._parser.their_state is h11.DONE
        return is_done and self._parser.trailing_data == (b"", False)

    def _read(self) -> Response | None:
        while True:
            match self._parser.next_event():
                case h11.InformationalResponse(http_version=version):
                    self._interim += 1
                    if self._interim > MAX_INTERIM or not version.startswith(b"1."):
                        raise malformed("head")
                case h11.Response() as head:
                    self._take_head(head)
                case h11.Data(data=data):
                    self._body += data
                    if len(self._body) > MAX_BODY or (self.is_too_large and self._is_full):
                        raise NetworkFailure(FailureKind.TOO_LARGE)
                case h11.NEED_DATA:
                    return None
                case _:  # the end of the message; a tunnel begins
                    return self.partial

    @property
    def _is_full(self) -> bool:
        return len(self._body) == MAX_BODY

    def _take_head(self, head: h11.Response) -> None:
        names = [name for name, _ in head.headers]
        if len(names) > MAX_FIELDS or self._received - len(self.unread) > MAX_HEAD:
            raise malformed("head")
        if not head.http_version.startswith(b"1."):
            raise malformed("version")
        if FRAMING.issubset(names):
            raise malformed("transfer_encoding")
        fields = tuple((name.decode(), value.decode("latin-1")) for name, value in head.headers)
        self._head = Response(head.status_code, fields)
        codings = self._head.all_headers("content-encoding")
        if any(coding.strip().lower() != "identity" for coding in codings):
            raise malformed("encoded")
        length = int(self._head.header("content-length") or 0)
        self.is_too_large = self._has_body and head.status_code not in NO_BODY and length > MAX_BODY

    def _explain(self, error: h11.RemoteProtocolError, *, has_ended: bool) -> NetworkFailure:
        if self.is_too_large:
            return NetworkFailure(FailureKind.TOO_LARGE)
        if self._head is not None:
            if error.error_status_hint == 431:  # h11: more than MAX_HEAD, and no end of it
                return NetworkFailure(FailureKind.TIMED_OUT, detail="endless")
            return NetworkFailure(FailureKind.CUT) if has_ended else malformed("body")
        if self.unread.startswith(TLS_ALERT):
            return NetworkFailure(FailureKind.MALFORMED, detail="head", cause="http_to_tls")
        if has_ended and b"HTTP/".startswith(self.unread[:5]):
            return NetworkFailure(FailureKind.CUT, detail="head")
        return malformed("head")
