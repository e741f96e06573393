"""Failures of the HTTP libraries become our own errors, depending on whether anything can have been sent."""

import ssl
from urllib.parse import urlsplit

import requests
import urllib3

from importer.errors import ImporterError, NotReached, OutcomeUnknown, WrongSettings
from schemas.problem_codes import ProblemCode

DEFAULT_PORTS = {"http": 80, "https": 443}

_EXPIRED = 10
"""OpenSSL's number for a certificate that has expired."""


def explained(error: Exception, base_url: str, *, sent: bool, connect_seconds: float, seconds: float) -> ImporterError:
    """Return our own error for a failure of the libraries.

    `sent` says whether a byte of the request can have been sent; `connect_seconds` is the time limit for connecting,
    `seconds` the one that was reached if the request was given up since.
    """
    host = urlsplit(base_url).hostname or ""
    causes = _causes(error)
    if sent:
        if any(isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError) for cause in causes):
            return OutcomeUnknown(f"No response from {host} within {seconds:g} seconds.")
        return OutcomeUnknown(f"The connection to {host} broke before the response was complete.")
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return WrongSettings(_unverified(host, cause), ProblemCode.CERTIFICATE)
    if any(
        isinstance(cause, requests.exceptions.InvalidURL | urllib3.exceptions.LocationParseError) for cause in causes
    ):
        return WrongSettings(f"{base_url} is not a usable address. Check --url.", ProblemCode.ADDRESS)
    return NotReached(f"{_reason(causes, base_url, host, connect_seconds)} Check --url and the network.")


def _unverified(host: str, error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == _EXPIRED:
        return f"The certificate of {host} has expired. Have the server's administrator renew it."
    return (
        f"The certificate of {host} cannot be verified ({error.verify_message.rstrip('.')}). If the server uses a "
        "private certificate authority, give its certificate with --ca-bundle FILE."
    )


def _reason(causes: list[BaseException], base_url: str, host: str, connect_seconds: float) -> str:
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return f"The host name {host} cannot be resolved."
    parts = urlsplit(base_url)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return f"{host} refuses connections on port {port}."
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return f"{host} did not accept a connection on port {port} within {connect_seconds:g} seconds."
    if any(isinstance(cause, ssl.SSLError | urllib3.exceptions.SSLError) for cause in causes):
        return f"The TLS connection to {host} failed."
    return f"{host} cannot be reached."


def _causes(error: BaseException) -> list[BaseException]:
    """Return an exception and all exceptions that it wraps, in `reason`, arguments, causes and contexts."""
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
