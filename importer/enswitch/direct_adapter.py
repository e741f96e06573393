"""Requests to the server itself, over one connection that is kept: what an import spends most of its time with.

The libraries spend five times as much on a request as the network does, in layers that a single form does not need:
pools, redirects, cookies, e-mail headers. Here the request is written and a plain response is read directly. Every
connection is still made, and its certificate verified, by urllib3, and every other response is read by http.client.
"""

import errno
import io
import ssl
from http.client import HTTPException
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util import parse_url

from importer.enswitch.connection_failures import DEFAULT_PORTS
from importer.enswitch.connections import BLOCK, RecordedHTTPConnection, RecordedHTTPSConnection, TimedResponse
from importer.enswitch.plain_response import LONGEST_HEAD, WITHOUT_BODY, PlainHead, plain_head
from importer.enswitch.request_record import RequestRecord

CUT_WHILE_SENDING = (errno.EPIPE, errno.ECONNRESET, errno.EPROTOTYPE)
"""Errors of a server that hangs up before it has the whole request; it may have answered before (as in urllib3)."""


class DirectAdapter(HTTPAdapter):
    """Talks to one host over one connection, which keeps the record of the request in progress. Not thread-safe.

    A connection that the server has closed, or on which something has arrived that nobody asked for, is not used again.
    """

    def __init__(self, record: RequestRecord) -> None:
        super().__init__()
        self._record = record
        self._connection: RecordedHTTPConnection | RecordedHTTPSConnection | None = None
        self._lines: dict[tuple[str, str], bytes] = {}

    def close(self) -> None:
        """Close the connection."""
        self._hang_up()
        super().close()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 -- of the interface of requests
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,  # noqa: ARG002
    ) -> requests.Response:
        """Send a request and return the response, with its body still to be read.

        `timeout` are the seconds for connecting and, not used here, for reading: those are in the record. Raises
        requests.RequestException, urllib3's HTTPError and OSError.
        """
        sock = self._connected(request, timeout[0], verify, cert)
        try:
            self._write(sock, request)
            return self._read(sock, request)
        except HTTPException as error:
            self._hang_up()
            raise requests.ConnectionError(error) from None
        except BaseException:
            self._hang_up()
            raise

    def _connected(self, request: requests.PreparedRequest, seconds: float, verify: Any, cert: Any) -> Any:
        """Return the socket of the connection that is kept, or of a new one."""
        if self._connection is None or not self._connection.is_connected or _has_more(self._connection.sock):
            self._hang_up()
            address = parse_url(str(request.url))
            kind = RecordedHTTPSConnection if address.scheme == "https" else RecordedHTTPConnection
            host = (address.host or "").strip("[]")
            connection = kind(host, address.port, timeout=seconds, record=self._record)
            self.cert_verify(connection, str(request.url), verify, cert)  # type: ignore[no-untyped-call]
            try:
                connection.connect()
            except BaseException:
                # Where TLS failed, there is a socket without it: nothing must ever be sent over that.
                connection.close()
                raise
            self._connection = connection
        return self._connection.sock

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _write(self, sock: Any, request: requests.PreparedRequest) -> None:
        headers = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        body = request.body or b""
        assert isinstance(body, bytes)  # noqa: S101 -- a form
        whole = b"".join((self._first_lines(request), headers.encode("ascii"), b"\r\n", body))
        self._record.leave()
        try:
            for start in range(0, len(whole), BLOCK):
                sock.settimeout(self._record.time_left())
                sock.sendall(whole[start : start + BLOCK])
        except OSError as error:
            if error.errno not in CUT_WHILE_SENDING:
                raise

    def _first_lines(self, request: requests.PreparedRequest) -> bytes:
        """Return the first lines of a request, which are the same for all requests to an address."""
        asked = (str(request.method), str(request.url))
        if asked not in self._lines:
            address = parse_url(asked[1])
            usual = address.port in (None, DEFAULT_PORTS[str(address.scheme)])
            host = address.host if usual else f"{address.host}:{address.port}"
            self._lines[asked] = (
                f"{asked[0]} {address.request_uri} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: identity\r\n"
            ).encode("ascii")
        return self._lines[asked]

    def _read(self, sock: Any, request: requests.PreparedRequest) -> requests.Response:
        received = block = self._receive(sock)
        while block and b"\r\n\r\n" not in received and len(received) < LONGEST_HEAD:
            block = self._receive(sock)
            received += block
        head = plain_head(received)
        if head is None:
            return self._other_response(sock, request, received)
        while block and len(received) < head.size + head.length:
            block = self._receive(sock)
            received += block
        if not block:
            return self._other_response(sock, request, received)
        return self._plain_response(head, received)

    def _receive(self, sock: Any) -> bytes:
        sock.settimeout(self._record.time_left())
        received: bytes = sock.recv(BLOCK)
        return received

    def _plain_response(self, head: PlainHead, received: bytes) -> requests.Response:
        if head.last or len(received) > head.size + head.length:
            self._hang_up()
        response = requests.Response()
        response.status_code = head.status
        response.headers = head.headers.copy()
        response.raw = _WholeBody(received[head.size : head.size + head.length])
        return response

    def _other_response(self, sock: Any, request: requests.PreparedRequest, received: bytes) -> requests.Response:
        answer = TimedResponse(sock, method=request.method, record=self._record, received=received)
        try:
            answer.begin()
        except BaseException:
            answer.close()
            raise
        raw = urllib3.HTTPResponse(
            body=answer,
            headers=urllib3.HTTPHeaderDict((name, _on_one_line(value)) for name, value in answer.msg.items()),
            status=answer.status,
            version=answer.version,
            reason=answer.reason,
            preload_content=False,
            decode_content=False,
            original_response=answer,
            connection=self._connection,
            request_method=request.method,
        )
        # A response that may have no body is sometimes followed by one.
        if answer.will_close or answer.status in WITHOUT_BODY:
            self._hang_up()
        return self.build_response(request, raw)


def _has_more(sock: Any) -> bool:
    """Say whether TLS has decrypted bytes that nobody has read: the operating system does not show them."""
    return isinstance(sock, ssl.SSLSocket) and sock.pending() > 0


def _on_one_line(value: str) -> str:
    """Return the value of a header that may be folded over several lines, as urllib3 does."""
    return " ".join(line.strip(" \t") for line in value.split("\r\n")) if "\r\n" in value else value


class _WholeBody(io.BytesIO):
    """A body that has been received as a whole."""

    length_remaining = 0

    def read(self, size: int | None = -1, decode_content: bool = False) -> bytes:  # noqa: ARG002 -- of urllib3
        """Return up to `size` bytes of what is left; nothing has to be decoded."""
        return super().read(size)
