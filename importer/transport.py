"""One keep-alive connection to the server, which knows whether a request can have left this machine.

What a failed create means hangs on that: where no byte was sent, it may be sent again; where one was, nobody knows.
The exceptions of the HTTP libraries do not tell the two apart reliably, so the connection itself keeps the record.
"""

import os
import ssl
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from importer.errors import ImporterError, NotReached, OutcomeUnknown, WrongSettings
from schemas.faults import Fault

LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))

_sent = threading.local()


@dataclass(frozen=True)
class RawAnswer:
    """An HTTP answer, whatever it says."""

    status: int
    headers: CaseInsensitiveDict[str]
    body: bytes


class _Watched:
    """Keeps the record for this thread: whether a byte of the request can have left since the last connect."""

    sock: Any

    def connect(self) -> None:
        # A tunnel through a proxy sends bytes of its own while it connects; they are not the request.
        try:
            super().connect()  # type: ignore[misc]
        finally:
            _sent.any = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _sent.any = True
        super().send(data)  # type: ignore[misc]


class _WatchedHTTPConnection(_Watched, HTTPConnection):
    pass


class _WatchedHTTPSConnection(_Watched, HTTPSConnection):
    pass


class _WatchedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTPConnection


class _WatchedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPSConnection


_POOLS = {"http": _WatchedHTTPPool, "https": _WatchedHTTPSPool}


class _WatchedAdapter(HTTPAdapter):
    """Speaks to one host alone, and so looks its connection pool up once instead of for every request."""

    def __init__(self) -> None:
        self._pool: Any = None
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> urllib3.ProxyManager:
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class Transport:
    """Posts forms over one keep-alive session. Not to be shared between threads.

    The environment is read once, on purpose: HTTP(S)_PROXY and NO_PROXY (never for loopback) and REQUESTS_CA_BUNDLE.
    ~/.netrc is not: it must not change a request. Redirects are not followed: that would be another request.
    """

    def __init__(self, base_url: str, *, connect_timeout: float, read_timeout: float, ca_bundle: str | None) -> None:
        self._base_url = base_url
        self._host = urlsplit(base_url).hostname or ""
        self._timeout = (connect_timeout, read_timeout)
        self._verify: str | bool = ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or True
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", _WatchedAdapter())
        self._session.mount("https://", _WatchedAdapter())
        self._adapter = self._session.get_adapter(base_url)
        self._proxies = {} if self._host in LOOPBACK else requests.utils.get_environ_proxies(base_url)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def post(self, action: str, form: bytes) -> RawAnswer:
        """Post a form to an action such as `bulk/campaigns/create` and return the answer.

        Raises NotReached where no byte of the request can have left, OutcomeUnknown where some may have, and
        WrongSettings where trying again cannot help.
        """
        _sent.any = False
        try:
            response = self._adapter.send(
                self._prepare(action, form), timeout=self._timeout, verify=self._verify, proxies=self._proxies
            )
            return RawAnswer(response.status_code, response.headers, response.content)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # Cutting the chain keeps the request, and with it the password, out of every traceback.
            raise self._explain(error) from None

    def _prepare(self, action: str, form: bytes) -> requests.PreparedRequest:
        request = requests.PreparedRequest()
        request.method = "POST"
        request.url = f"{self._base_url}{action}/"
        request.headers = CaseInsensitiveDict(
            {
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "Content-Length": str(len(form)),
                "Accept": "application/json",
                "User-Agent": "campaign-importer",
            }
        )
        request.body = form
        request.hooks = default_hooks()
        return request

    def _explain(self, error: Exception) -> ImporterError:
        """Turn a failure of the libraries into one of ours, by what has left this machine."""
        causes = _causes(error)
        if _sent.any:
            if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in causes):
                return OutcomeUnknown(f"No answer from {self._host} within {self._timeout[1]:g} seconds.")
            return OutcomeUnknown(f"The connection to {self._host} broke before the answer was complete.")
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return WrongSettings(
                f"The certificate of {self._host} cannot be verified. If the server uses your own authority, "
                "name its certificate with --ca-bundle FILE.",
                Fault.CERTIFICATE,
            )
        if any(
            isinstance(cause, requests.exceptions.InvalidURL | urllib3.exceptions.LocationParseError)
            for cause in causes
        ):
            return WrongSettings(f"{self._base_url} is not a usable address. Check --url.", Fault.ADDRESS)
        return NotReached(f"{self._reason(causes)} Check --url and the network.")

    def _reason(self, causes: list[BaseException]) -> str:
        if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
            return f"The name {self._host} cannot be resolved."
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return f"{self._host} refuses the connection."
        if any(isinstance(cause, TimeoutError) for cause in causes):
            return f"{self._host} does not accept a connection within {self._timeout[0]:g} seconds."
        if any(isinstance(cause, ssl.SSLError | urllib3.exceptions.SSLError) for cause in causes):
            return f"{self._host} does not speak TLS as it should."
        return f"{self._host} cannot be reached."


def _causes(error: BaseException) -> list[BaseException]:
    """Return an exception and all that it wraps, in `reason`, arguments, causes and contexts."""
    found: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting:
        one = waiting.pop()
        if any(one is other for other in found):
            continue
        found.append(one)
        wrapped = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
        waiting += [inner for inner in wrapped if isinstance(inner, BaseException)]
    return found
