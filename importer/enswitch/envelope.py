"""What the server's response means: the envelope in all its forms becomes a value or one error.

The body decides. If it has an envelope, success and failure are read from `responses[].code`, regardless of the HTTP
status; the status counts only if no envelope can be read.

What a server sends is cleaned here, where it enters: its messages contain neither the password nor control sequences
for a terminal, and no string contains half a character.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from importer.errors import (
    AccessRefused,
    ImporterError,
    NoApiHere,
    OutcomeUnknown,
    RowRefused,
    Throttled,
    TooLarge,
)
from importer.model import duration
from importer.security import Redact, visible, without_halves

LONG_WAIT = 120.0
"""From how many seconds on a wait is told."""
LONGEST_TOLD = 86_400.0 * 365

SCALARS = (str, int, float)
"""The types that a value of a campaign can have in JSON."""

LONGEST_KEPT = 64
"""Maximum length of a server's string that is kept with what became of it, in characters."""

_ID = re.compile(r"0*[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True)
class Response:
    """One entry of `responses`."""

    code: str
    key: str
    message: str


@dataclass(frozen=True)
class Answer:
    """A fully successful answer: the code of its first response, and its data (None if missing).

    The data are as received: pass strings taken from them through `plain`, which cleans them.
    """

    code: str
    data: Any


def read(status: int, headers: Mapping[str, str], body: bytes, redact: Redact = str) -> Answer:
    """Return the success in an HTTP response, or raise the error that it means.

    `redact` removes the password from what the server says. Raises RowRefused (400, 403, 404), AccessRefused (401,
    402), Throttled (429, 503 with Retry-After), TooLarge (413), OutcomeUnknown (500, any unknown code, a foreign,
    truncated or empty body).
    """
    retry_after = seconds_to_wait(headers.get("Retry-After"), datetime.now(UTC))
    envelope = _envelope(body, redact)
    if envelope is None:
        raise _error_without_envelope(status, retry_after)
    responses, data = envelope
    successes = [response for response in responses if response.code in ("200", "201", "204")]
    if len(successes) == len(responses):
        return Answer(responses[0].code, data)
    raise _error(responses, retry_after, half_done=bool(successes))


def seconds_to_wait(header: str | None, now: datetime) -> float | None:
    """Return what a Retry-After header asks for, in seconds from `now`; None if there is none that can be read.

    The header is a number of seconds or a date (RFC 9110, section 10.2.3).
    """
    if header is None:
        return None
    seconds = header.strip()
    if seconds.isdecimal():
        return float(seconds)
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())


def campaign_id(data: Any) -> str | None:
    """Return the ID in the data of a create, or None: "created, ID unknown". IDs are whole numbers above 0."""
    value = data.get("id") if isinstance(data, dict) else None
    if not isinstance(value, SCALARS) or isinstance(value, bool):
        return None
    text = plain(value).strip()
    return text if _ID.fullmatch(text) else None


def plain(value: Any) -> str:
    """Return a value of a response as a string: numbers and strings that mean the same become equal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return without_halves(str(value))


def _envelope(body: bytes, redact: Redact) -> tuple[list[Response], Any] | None:
    try:
        return _responses_and_data(json.loads(body), redact)
    except (ValueError, RecursionError):
        return None


def _responses_and_data(answer: Any, redact: Redact) -> tuple[list[Response], Any] | None:
    if not isinstance(answer, dict):
        return None
    entries = answer.get("responses")
    entries = [entries] if isinstance(entries, dict) else entries
    if not isinstance(entries, list) or not entries:
        return None
    if not all(isinstance(entry, dict) and "code" in entry for entry in entries):
        return None
    # One reseller's servers put the data inside the envelope.
    data = answer["data"] if "data" in answer else entries[0].get("data")
    return [_response(entry, redact) for entry in entries], data


def _response(entry: dict[str, Any], redact: Redact) -> Response:
    code, key, message = (_cleaned(entry.get(name), redact) for name in ("code", "key", "message"))
    return Response(code.strip(), key, message)


def _cleaned(value: Any, redact: Redact) -> str:
    if isinstance(value, str) and len(value) <= LONGEST_KEPT:
        return _cleaned_before(value, redact)
    return visible(redact(plain(value)))


@lru_cache(maxsize=1024)
def _cleaned_before(value: str, redact: Redact) -> str:
    """Return a short string without what it must not contain: nearly all responses have the same ones."""
    return visible(redact(plain(value)))


def _error(responses: list[Response], retry_after: float | None, *, half_done: bool) -> ImporterError:
    refusals = [response for response in responses if response.code not in ("200", "201", "204")]
    codes = {response.code for response in refusals}
    message = "; ".join(_words(response) for response in refusals)
    if half_done:
        # Something was done despite the refusals: they prove nothing.
        return OutcomeUnknown(f"The server reported both success and failure ({message}).")
    if codes == {"413"}:
        return TooLarge(f"The server does not accept a request of this size ({message}).")
    if not codes <= {"400", "401", "402", "403", "404", "429", *(("503",) if retry_after is not None else ())}:
        return OutcomeUnknown(f"The server reported an internal failure ({message}).")
    if "401" in codes:
        return AccessRefused(
            f"The server refused the user name or the password ({message}). Nothing more was sent; "
            "check --username and the password, and that the account is not locked.",
            "401",
        )
    if "402" in codes:
        return AccessRefused(
            f"The role of this account does not allow the call ({message}). Creating campaigns needs an administrator "
            "account. Use one, or have the role changed.",
            "402",
        )
    if "429" in codes or ("503" in codes and retry_after is not None):
        return _throttled(message, retry_after)
    first = refusals[0]
    keys = ", ".join(dict.fromkeys(response.key for response in refusals if response.key))
    return RowRefused(message, first.code, keys, tuple((refusal.key, _words(refusal)) for refusal in refusals))


def _throttled(words: str, retry_after: float | None) -> Throttled:
    """Return the error of a server that asks us to wait; for how long is told where a person would have to wait."""
    asked = "" if retry_after is None or retry_after < LONG_WAIT else f" {duration(min(retry_after, LONGEST_TOLD))}"
    return Throttled(f"The server asked us to wait{asked} ({words}).", retry_after)


def _words(response: Response) -> str:
    # Some servers' messages begin with the key.
    key = "" if response.message.startswith(f"{response.key}:") else response.key
    return ": ".join(part for part in (response.code, key, response.message) if part)


def _error_without_envelope(status: int, retry_after: float | None) -> ImporterError:
    if status == 429 or (status == 503 and retry_after is not None):
        return _throttled(f"HTTP {status}", retry_after)
    if status in (401, 402, 407):
        return AccessRefused(
            f"The server, or a proxy in front of it, refused access (HTTP {status}). Check the credentials.",
            "401",
            by_proxy=status == 407,
        )
    if status == 413:
        return TooLarge("The server does not accept a request of this size (HTTP 413).")
    kind = NoApiHere if 300 <= status < 400 or status in (403, 404, 405, 410) else OutcomeUnknown
    return kind(
        f"The response did not come from the Enswitch API (HTTP {status}, no envelope). If this continues, check "
        "--url: it must be the full base address, such as https://pbx.example.com/api/json/."
    )
