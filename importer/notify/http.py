"""One request to an address: certificates verified, no redirect followed, ~/.netrc not read."""

import os
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

import requests

from importer.notify.errors import ChannelDown, MessageRefused, NotTaken, Passing, why
from importer.security import is_this_machine

LATER = frozenset((408, 425, 429))
"""Status codes below 500 that are temporary."""

ABOUT_THE_MESSAGE = frozenset((400, 406, 409, 413, 415, 422))
"""Status codes that are about this message; another one may be accepted."""


def ask(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], *, timeout: float, ca_bundle: str | None
) -> None:
    """Send one request; a 2xx means that it was accepted, and the body is not read.

    The proxy comes from the environment, but never for this machine. Raises Passing, ChannelDown or MessageRefused,
    which name only the host: the address may be secret.
    """
    host = urlsplit(url).hostname or ""
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.request(
                method,
                url,
                data=body,
                headers={"User-Agent": "campaign-importer", "Accept-Encoding": "identity", **headers},
                timeout=timeout,
                verify=ca_bundle or os.environ.get("REQUESTS_CA_BUNDLE") or True,
                proxies={} if is_this_machine(host) else requests.utils.get_environ_proxies(url),
                allow_redirects=False,
                stream=True,
            ) as answer:
                status, later = answer.status_code, answer.headers.get("Retry-After", "")
        except requests.exceptions.SSLError as error:
            raise ChannelDown(f"{host} cannot be used: {why(error)}.") from None
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError):
            raise ChannelDown(f"{host} cannot be reached: its address is not valid.") from None
        except requests.RequestException as error:
            raise Passing(f"{host} cannot be used: {why(error)}.") from None
        except OSError:
            raise ChannelDown(
                f"The certificates for {host} cannot be read. Name a PEM file that is readable."
            ) from None
    if not 200 <= status < 300:
        raise _no(host, status, later)


def _no(host: str, status: int, later: str) -> NotTaken:
    known = {one.value: f" ({one.phrase})" for one in HTTPStatus}
    reason = f"{host} answered {status}{known.get(status, '')}."
    if status >= 500 or status in LATER:
        return Passing(reason, float(later) if later.isascii() and later.isdigit() else None)
    if 300 <= status < 400:
        return ChannelDown(f"{reason} Redirects are not followed; use the new address.")
    return (MessageRefused if status in ABOUT_THE_MESSAGE else ChannelDown)(reason)
