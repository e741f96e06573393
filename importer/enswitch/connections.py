"""Connections that keep the record of the request in progress, and responses that arrive within its time limit."""

import io
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPResponse, RemoteDisconnected
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from importer.enswitch.request_record import RequestRecord

BLOCK = 1 << 16
"""How many bytes are sent or received at a time."""


class TimedResponse(HTTPResponse):
    """A response whose headers and body arrive within the time limit of its request.

    `received` is the part of it that has been read from the socket already.
    """

    def __init__(self, sock: Any, *given: Any, record: RequestRecord, received: bytes = b"", **named: Any) -> None:
        super().__init__(sock, *given, **named)
        self._stream = _InTime(self.fp.detach(), sock, record, received)
        self.fp = io.BufferedReader(self._stream)

    def begin(self) -> None:
        """Read the head of the response, and pass over interim ones (RFC 9110, 15.2): http.client does so with 100."""
        super().begin()
        while self.status < 200 and self.status != 101:
            self.headers = self.msg = None  # type: ignore[assignment] # so that it begins again
            super().begin()
        if self.status == 101:
            self.will_close = True
        self._stream.within_head = False


class _InTime(io.RawIOBase):
    """What was received already, and then the data of a socket, within the time limit of the request."""

    def __init__(self, raw: io.RawIOBase, sock: Any, record: RequestRecord, received: bytes) -> None:
        self._raw = raw
        self._sock = sock
        self._record = record
        self._received = io.BytesIO(received)
        self.within_head = True

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read available data into a buffer, or wait for some. Raises TimeoutError."""
        if size := self._received.readinto(buffer):
            return size
        self._sock.settimeout(self._record.time_left())
        size = self._raw.readinto(buffer)
        if not size and self.within_head:
            raise RemoteDisconnected("the server closed the connection within the headers of its response")
        return size

    def close(self) -> None:
        """Close the socket's stream."""
        self._raw.close()
        super().close()


class _Recorded:
    """A connection that records whether a byte of the request in progress can have been sent."""

    sock: Any
    response_class: Any

    def __init__(self, *given: Any, record: RequestRecord, **named: Any) -> None:
        super().__init__(*given, **named)
        self._record = record
        self.response_class = partial(TimedResponse, record=record)

    def connect(self) -> None:
        # A tunnel through a proxy sends other bytes while it connects; they are not part of the request.
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._record.sent = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self._record.leave()
        for start in range(0, len(data), BLOCK):
            self.sock.settimeout(self._record.time_left())
            super().send(data[start : start + BLOCK])  # type: ignore[misc]


class RecordedHTTPConnection(_Recorded, HTTPConnection):
    """An unencrypted connection that keeps the record."""


class RecordedHTTPSConnection(_Recorded, HTTPSConnection):
    """An encrypted connection that keeps the record, and notes when the server's certificate expires."""

    def connect(self) -> None:
        """Connect, and verify the server's certificate."""
        super().connect()
        self._record.certificate_ends = _end_of(self.sock.getpeercert())


def _end_of(certificate: Mapping[str, Any] | None) -> datetime | None:
    """Return when a certificate expires, in UTC."""
    end = (certificate or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if end else None
