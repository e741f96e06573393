"""Responses as nearly all servers send them: a short head of plain lines that says how long the body is.

Anything else (chunks, compression, HTTP/1.0, interim responses, folded lines, bytes beyond ASCII, a body without a
length) is left to the standard library, which takes several times as long to read the same bytes.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from requests.structures import CaseInsensitiveDict

LONGEST_HEAD = 1 << 14
"""Maximum size of a plain head, in bytes."""
LONGEST_BODY = 1 << 16
"""Maximum size of a plain body, in bytes."""

_HEAD = re.compile(
    rb"HTTP/1\.1 [2-5][0-9][0-9](?: [ -~]*)?\r\n"  # HTTP/1.1 200 OK
    rb"(?:[A-Za-z0-9_-]+:[ -~]*\r\n){0,64}"  # Content-Type: application/json
    rb"\r\n"
)
_LENGTH = re.compile("[0-9]{1,5}", re.ASCII)
WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_FRAMED_OTHERWISE = ("transfer-encoding", "content-encoding")


@dataclass(frozen=True)
class PlainHead:
    """The head of a plain response: HTTP status, headers, and what follows it.

    `size` is that of the head in bytes, `length` that of the body. With `last`, the server closes the connection.
    """

    status: int
    headers: CaseInsensitiveDict[str]
    size: int
    length: int
    last: bool


def plain_head(received: bytes) -> PlainHead | None:
    """Return the head that received bytes begin with; None if it is not plain, or not complete."""
    size = received.find(b"\r\n\r\n", 0, LONGEST_HEAD) + 4
    return _plain_head(received[:size]) if size > 4 else None


@lru_cache(maxsize=64)
def _plain_head(head: bytes) -> PlainHead | None:
    """Return what a whole head says: a server sends the same one many times, at least within a second."""
    if not _HEAD.fullmatch(head):
        return None
    status_line, *lines = head[:-4].decode("ascii").split("\r\n")
    status = int(status_line[9:12])
    headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    for line in lines:
        name, _, value = line.partition(":")
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    length = headers.get("content-length", "")
    if status in WITHOUT_BODY or not _LENGTH.fullmatch(length) or int(length) > LONGEST_BODY:
        return None
    if any(name in headers for name in _FRAMED_OTHERWISE):
        return None
    return PlainHead(status, headers, len(head), int(length), "close" in headers.get("connection", "").lower())
