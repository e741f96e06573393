"""One keep-alive connection to the server, which knows whether a request can have left this machine.

What a failed create means depends on that: if no byte was sent, it may be sent again; if one was, the outcome is
unknown. The exceptions of the HTTP libraries do not distinguish the two reliably, so the connection keeps the record.

The time limit applies to a request as a whole. The libraries only limit the time between two bytes, so they would wait
for ever for a response that arrives byte by byte: here each wait on the network gets the rest of the request's time.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import requests
import urllib3
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict

from importer.enswitch.connection_failures import explained
from importer.enswitch.connections import BLOCK
from importer.enswitch.direct_adapter import DirectAdapter
from importer.enswitch.proxy_adapter import ProxyAdapter
from importer.enswitch.request_record import RequestRecord
from importer.errors import ImporterError, OutcomeUnknown
from importer.security import is_this_machine

MEBIBYTE = 1 << 20
MOST = MEBIBYTE
"""Maximum size of a response in bytes, once decompressed, unless the caller allows more."""


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
        self._record = RequestRecord()
        self._proxies = {} if is_this_machine(self._host) else requests.utils.get_environ_proxies(base_url)
        through_proxy = requests.utils.select_proxy(base_url, self._proxies)
        self._adapter = ProxyAdapter(self._record) if through_proxy else DirectAdapter(self._record)
        self._session.mount(f"{parts.scheme}://", self._adapter)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def post(self, action: str, form: bytes, *, most: int = MOST, times: int = 1) -> RawAnswer:
        """Post a form to an action such as `bulk/campaigns/create` and return the response.

        The response may have up to `most` bytes once decompressed, and must be complete within `times` the read
        time-out. Raises NotReached if no byte of the request can have been sent, OutcomeUnknown if some may have been,
        and WrongSettings if trying again cannot help.
        """
        self._record.begin(times * self._timeout[1], silence=self._timeout[1])
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
        self._record.begin(self._timeout[1], silence=self._timeout[1])
        request = self._prepare("GET", self._base_url)
        try:
            response = self._adapter.send(request, timeout=self._timeout, verify=self._verify, proxies=self._proxies)
            response.raw.close()  # the page does not matter, however long it is
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise self._explained(error) from None
        return Look(response.status_code, self._record.certificate_ends)

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
        record = self._record
        return explained(
            error, self._base_url, sent=record.sent, connect_seconds=self._timeout[0], seconds=record.limit_reached()
        )
