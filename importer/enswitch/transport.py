"""One keep-alive connection to the server, which knows whether a request can have left this machine.

What a failed create means depends on that: if no byte was sent, it may be sent again; if one was, the outcome is
unknown. The exceptions of the HTTP libraries do not distinguish the two reliably, so the connection keeps the record.

The time limit applies to a request as a whole. The libraries only limit the time between two bytes, so they would wait
for ever for a response that arrives byte by byte: here each wait on the network gets the rest of the request's time.
"""

import io
import os
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from importer.enswitch.connection_failures import explained
from importer.errors import ImporterError, OutcomeUnknown
from importer.security import is_this_machine

MEBIBYTE = 1 << 20
MOST = MEBIBYTE
"""Maximum size of a response in bytes, once decompressed, unless the caller allows more."""
BLOCK = 1 << 16


@dataclass(frozen=True)
class RawAnswer:
    """An HTTP response, successful or not."""

    status: int
    headers: CaseInsensitiveDict[str]
    body: bytes


@dataclass(frozen=True)
class Look:
    """A web server that responds: the HTTP status, and when its certificate expires (None: there is none)."""

    status: int
    certificate_ends: datetime | None


class _Request:
    """The record that a transport's connections keep of the request in progress.

    `sent` says whether a byte of it can have been sent since the last connect; `seconds` is how long it may take from
    then on, `silence` how long the server may be silent, `until` when its time is over, by the monotonic clock.
    `certificate_ends` is when the certificate of the newest connection expires, None if there is none.
    """

    def __init__(self) -> None:
        self.sent = False
        self.seconds = self.silence = self.until = 0.0
        self.certificate_ends: datetime | None = None

    def begin(self, seconds: float, silence: float) -> None:
        """Begin another request: no byte of it has been sent."""
        self.sent = False
        self.seconds = seconds
        self.silence = silence

    def leave(self) -> None:
        """Record that a byte is sent: the time of the request begins with the first one."""
        if not self.sent:
            self.sent = True
            self.until = time.monotonic() + self.seconds

    def time_left(self) -> float:
        """Return how many seconds the next wait may take. Raises TimeoutError if none are left."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time limit of the whole request is over")
        return min(left, self.silence)


class _InTime(io.RawIOBase):
    """The data received from a socket, within the time limit of its request."""

    def __init__(self, raw: io.RawIOBase, sock: Any, request: _Request) -> None:
        self._raw = raw
        self._sock = sock
        self._request = request

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read available data into a buffer, or wait for some. Raises TimeoutError."""
        self._sock.settimeout(self._request.time_left())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Close the socket's stream."""
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    """A response whose headers and body arrive within the time limit."""

    def __init__(self, sock: Any, *given: Any, under_way: _Request, **named: Any) -> None:
        super().__init__(sock, *given, **named)
        self.fp = io.BufferedReader(_InTime(self.fp.detach(), sock, under_way))


class _Watched:
    """A connection that records whether a byte of the request in progress can have been sent."""

    sock: Any
    response_class: Any

    def __init__(self, *given: Any, under_way: _Request, **named: Any) -> None:
        super().__init__(*given, **named)
        self._under_way = under_way
        self.response_class = partial(_Answer, under_way=under_way)

    def connect(self) -> None:
        # A tunnel through a proxy sends other bytes while it connects; they are not part of the request.
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._under_way.sent = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self._under_way.leave()
        for start in range(0, len(data), BLOCK):
            self.sock.settimeout(self._under_way.time_left())
            super().send(data[start : start + BLOCK])  # type: ignore[misc]


class _WatchedHTTPConnection(_Watched, HTTPConnection):
    pass


class _WatchedHTTPSConnection(_Watched, HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self._under_way.certificate_ends = _end_of(self.sock.getpeercert())


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


class _WatchedAdapter(HTTPAdapter):
    """Talks to one host only, so it looks up its connection pool once instead of for every request.

    Its connections keep the record of the request that is `under_way`.
    """

    def __init__(self, under_way: _Request) -> None:
        self._pool: Any = None
        pools = {"http": _WatchedHTTPPool, "https": _WatchedHTTPSPool}
        self._pools: dict[str, Any] = {scheme: partial(pool, under_way=under_way) for scheme, pool in pools.items()}
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> urllib3.ProxyManager:
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


class Transport:
    """Posts forms over one keep-alive session. Not thread-safe.

    The environment is deliberately read once: HTTP(S)_PROXY and NO_PROXY (never for loopback) and REQUESTS_CA_BUNDLE.
    ~/.netrc is not read: it must not change a request. Redirects are not followed: that would be another request.
    """

    def __init__(self, base_url: str, *, connect_timeout: float, read_timeout: float, ca_bundle: str | None) -> None:
        self._base_url = base_url
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._timeout = (connect_timeout, read_timeout)
        self._verify: str | bool = ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or True
        self._session = requests.Session()
        self._session.trust_env = False
        self._request = _Request()
        self._session.mount("http://", _WatchedAdapter(self._request))
        self._session.mount("https://", _WatchedAdapter(self._request))
        self._adapter = self._session.get_adapter(base_url)
        self._proxies = {} if is_this_machine(self._host) else requests.utils.get_environ_proxies(base_url)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def post(self, action: str, form: bytes, *, most: int = MOST, times: int = 1) -> RawAnswer:
        """Post a form to an action such as `bulk/campaigns/create` and return the response.

        The response may have up to `most` bytes once decompressed, and must be complete within `times` the read
        time-out. Raises NotReached if no byte of the request can have been sent, OutcomeUnknown if some may have been,
        and WrongSettings if trying again cannot help.
        """
        self._request.begin(times * self._timeout[1], silence=self._timeout[1])
        try:
            response = self._adapter.send(
                self._prepare("POST", f"{self._base_url}{action}/", form),
                timeout=self._timeout,
                verify=self._verify,
                proxies=self._proxies,
            )
            return RawAnswer(response.status_code, response.headers, self._body(response.raw, most))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # Cutting the chain keeps the request, and with it the password, out of every traceback.
            raise self._explained(error) from None

    def look(self) -> Look:
        """Request the base address itself, without credentials, to see a web server respond. Raises as `post` does."""
        self._request.begin(self._timeout[1], silence=self._timeout[1])
        request = self._prepare("GET", self._base_url)
        try:
            response = self._adapter.send(request, timeout=self._timeout, verify=self._verify, proxies=self._proxies)
            response.raw.close()  # the page does not matter, however long it is
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise self._explained(error) from None
        return Look(response.status_code, self._request.certificate_ends)

    def _body(self, raw: urllib3.HTTPResponse, most: int) -> bytes:
        """Read and decompress the body of a response; hang up if it exceeds `most` bytes or cannot be read."""
        blocks: list[bytes] = []
        size = 0
        try:
            while block := raw.read(BLOCK, decode_content=True):
                blocks.append(block)
                size += len(block)
                if size > most:
                    message = (
                        f"The response from {self._host} exceeds {most / MEBIBYTE:,.0f} MiB and was not read further."
                    )
                    raise OutcomeUnknown(message) from None
                if raw.length_remaining == 0 and len(block) < BLOCK:
                    break  # checking for more data would cost a short response a tenth of its time
        except BaseException:
            raw.close()  # the rest of it must not be taken for the response to the next request
            raise
        return b"".join(blocks)

    def _prepare(self, method: str, url: str, form: bytes = b"") -> requests.PreparedRequest:
        request = requests.PreparedRequest()
        request.method = method
        request.url = url
        request.headers = CaseInsensitiveDict({"Accept": "application/json", "User-Agent": "campaign-importer"})
        if form:
            request.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            request.headers["Content-Length"] = str(len(form))
            request.body = form
        request.hooks = default_hooks()
        return request

    def _explained(self, error: Exception) -> ImporterError:
        request = self._request
        return explained(
            error, self._base_url, sent=request.sent, connect_seconds=self._timeout[0], seconds=request.seconds
        )


def _end_of(certificate: Mapping[str, Any] | None) -> datetime | None:
    """Return when a certificate expires, in UTC."""
    end = (certificate or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) if end else None
