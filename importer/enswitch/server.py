"""Where requests go and as whom: the address, the account and the time-outs."""

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from importer.enswitch.connection_failures import DEFAULT_PORTS
from importer.errors import WrongSettings
from importer.model import Secret
from importer.security import Redact, is_this_machine, redaction
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True)
class RetryPolicy:
    """How long a request is tried: the number of attempts, seconds in all, and waits from `first` up to `longest`."""

    tries: int = 6
    seconds: float = 120.0
    first: float = 0.25
    longest: float = 10.0


@dataclass(frozen=True)
class Server:
    """Where and as whom: the base address as given by the user, the account, time-outs in seconds."""

    url: str
    username: str
    password: Secret
    timeout: float = 60.0
    connect_timeout: float = 10.0
    ca_bundle: str | None = None
    allow_http: bool = False
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)

    @property
    def base_url(self) -> str:
        """The address with exactly one slash at its end. Raises WrongSettings for one that cannot be used."""
        try:
            parts = urlsplit(self.url)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise WrongSettings(
                f"--url {shown_address(self.url)!r} is not an address. Use one such as https://pbx.example.com/api/json/.",
                ProblemCode.ADDRESS,
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise WrongSettings(
                "--url must be the address only, without a user, a password, a question mark or #. "
                "Use one such as https://pbx.example.com/api/json/.",
                ProblemCode.ADDRESS,
            )
        if parts.scheme == "http" and not is_this_machine(parts.hostname) and not self.allow_http:
            raise WrongSettings(
                f"--url {self.url} would send the password unencrypted. "
                "Use https, or --allow-http if the network is safe.",
                ProblemCode.UNENCRYPTED,
            )
        return self.url.rstrip("/") + "/"

    def redaction(self) -> Redact:
        """Return a function that removes the password, in any spelling, from a text."""
        return redaction(self.password.reveal(), repr(self.password))

    def hashed_password(self, salt: bytes) -> str:
        """Return a salted hash of the password, too slow to compute for the password to be guessed from it."""
        return hashlib.scrypt(self.password.reveal().encode(), salt=salt, n=2**14, r=8, p=1).hex()

    @property
    def identity(self) -> str:
        """The host, and the port unless it is the default: all base addresses there are one server to the journal."""
        host, port = self.host_and_port
        return host if port == DEFAULT_PORTS[urlsplit(self.base_url).scheme] else f"{host}:{port}"

    @property
    def host_and_port(self) -> tuple[str, int]:
        """Where a connection goes. Raises WrongSettings for an address that cannot be used."""
        parts = urlsplit(self.base_url)
        return (parts.hostname or "").rstrip("."), parts.port or DEFAULT_PORTS[parts.scheme]


def shown_address(url: str) -> str:
    """Return an address without what may be a password: what is behind ? or #, and, with an @, all but the scheme.

    A password in an address may itself contain any of these characters, so nothing beside an @ can be trusted.
    """
    if "@" in url:
        scheme = re.match(r"https?:(?=//)", url, re.IGNORECASE)
        return f"{scheme[0] if scheme else ''}//…"
    return re.split(r"[?#]", url, maxsplit=1)[0]
