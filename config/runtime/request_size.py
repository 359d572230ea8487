"""On its own: when the bytes of a connection hold a whole HTTP request. Pure."""

import re
from enum import Enum

from config.web.security_headers import DATA_UPLOAD_MAX_MEMORY_SIZE

MOST_HEAD = 64 * 1024
MOST_BODY = DATA_UPLOAD_MAX_MEMORY_SIZE
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
NO_LENGTH = re.compile(rb"\r\n(?:content-length|transfer-encoding)[^\r\n]*\r\n", re.IGNORECASE)


class Arrived(Enum):
    """How much of a request has arrived."""

    PART = "part"
    ALL = "all"
    #: The head, with a body that is not worth waiting for: too large, or of unknown length.
    HEAD_ONLY = "head only"
    HEAD_TOO_LARGE = "head too large"


def arrived(received: bytearray) -> Arrived:
    """What the bytes hold, which begin with a request. gunicorn parses them again, strictly."""
    end = received.find(END_OF_HEAD, 0, MOST_HEAD)
    if end < 0:
        return Arrived.HEAD_TOO_LARGE if len(received) >= MOST_HEAD else Arrived.PART
    length = LENGTH.search(received, 0, end + 2)
    if length is None:
        has_body = NO_LENGTH.search(received, 0, end + 2) is not None
        return Arrived.HEAD_ONLY if has_body else Arrived.ALL
    if int(length[1]) > MOST_BODY:
        return Arrived.HEAD_ONLY
    complete = len(received) >= end + len(END_OF_HEAD) + int(length[1])
    return Arrived.ALL if complete else Arrived.PART
