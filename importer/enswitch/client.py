"""The Enswitch client: the functions of `bulk/campaigns` as methods, repeated only where that is safe.

What may be repeated freely (`validation=1`, list, get, update) is repeated after every temporary failure. A create is
repeated only if the failure proves that the server did not accept it; any other failure is an OutcomeUnknown.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tenacity import (
    RetryCallState,
    Retrying,
    retry_all,
    retry_if_exception_type,
    retry_if_not_exception_type,
)
from tenacity.wait import wait_random_exponential

from importer.enswitch.envelope import SCALARS, Answer, campaign_id, plain, read
from importer.enswitch.form import encoded
from importer.enswitch.rate_limiter import RateLimiter, Sleep
from importer.enswitch.server import Server
from importer.enswitch.transport import MEBIBYTE, MOST, Transport
from importer.errors import (
    AccessRefused,
    ImporterError,
    NoApiHere,
    OutcomeUnknown,
    Throttled,
    TooLarge,
    TryAgain,
    WrongSettings,
)
from importer.model import Attempt
from importer.security import Redact, visible
from schemas.problem_codes import ProblemCode

MOST_LISTED = 256 * MEBIBYTE
"""Maximum size of a list of campaigns, in bytes; every other response is about one campaign."""
LIST_TIMES = 10
"""How many time-outs a list may take to be complete: it may be long, but the server never stops sending meanwhile."""

Fields = dict[str, str]
"""One campaign as the server lists it, with every value as a string."""

log = logging.getLogger(__name__)

FREELY = (TryAgain, OutcomeUnknown)
"""The failures after which what changes nothing is repeated."""
IF_NOT_TAKEN = (TryAgain,)
"""The failures after which a create is repeated."""

_Kinds = tuple[type[ImporterError], ...]
Reply = tuple[Answer, tuple[Attempt, ...]]


@dataclass(frozen=True)
class Created:
    """A created campaign: its ID (None: the response has none), and the requests that were sent for it."""

    campaign_id: str | None
    attempts: tuple[Attempt, ...] = ()


class Client:
    """Talks to one server over one connection. Each worker has one; they all share `rate_limiter`.

    `sleep` waits between attempts and may raise to end the wait; `clock` returns seconds; `refused` is called when the
    server has refused the password. `redact` removes the password from values that the server shows, before they are
    kept.

    Methods that work on a row return the requests they sent; an error carries them.
    """

    def __init__(
        self,
        server: Server,
        rate_limiter: RateLimiter,
        *,
        sleep: Sleep = time.sleep,
        clock: Callable[[], float] = time.perf_counter,
        refused: Callable[[], None] = lambda: None,
    ) -> None:
        self._refused = refused
        self._clock = clock
        self._server = server
        self._rate_limiter = rate_limiter
        self._credentials = urlencode({"auth_username": server.username, "auth_password": server.password.reveal()})
        self.redact = server.redaction()
        self._transport = Transport(
            server.base_url,
            connect_timeout=min(server.connect_timeout, server.timeout),
            read_timeout=server.timeout,
            ca_bundle=server.ca_bundle,
        )
        self._sleep = sleep

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def validate(self, campaign: Mapping[str, str]) -> tuple[Attempt, ...]:
        """Have the server check a campaign (`validation=1`); nothing is created. Raises RowRefused if it refuses."""
        answer, attempts = self.repeat("bulk/campaigns/create", {**campaign, "validation": "1"})
        if answer.code != "201":
            made = self._campaign_id(answer)
            made_words = f" and created campaign {made}" if made else ""
            raise WrongSettings(
                f"The server responded to a dry run with {answer.code} instead of 201{made_words}: it seems not to "
                "support validation=1. Nothing more was sent. "
                "Check that --url is an Enswitch API, and what the server has created.",
                ProblemCode.NO_DRY_RUN,
            )
        return attempts

    def create(self, campaign: Mapping[str, str]) -> Created:
        """Create a campaign.

        Raises RowRefused (not created), TryAgain (not created, no attempts left), OutcomeUnknown (not known).
        """
        answer, attempts = self.submit("bulk/campaigns/create", campaign)
        if answer.code == "201":
            error = OutcomeUnknown("The server responded to a create with 201, which belongs to a dry run.")
            error.attempts = attempts
            raise error
        return Created(self._campaign_id(answer), attempts)

    def list_campaigns(self, customer: str | None) -> list[Fields]:
        """Return the campaigns of a customer (None: the account's own), with the fields that the server shows.

        Raises NoApiHere for a response without a list: it must not count as an empty one.
        """
        parameters = {"customer": customer} if customer else {}
        answer, _ = self.repeat("bulk/campaigns/list", parameters, most=MOST_LISTED, times=LIST_TIMES)
        rows = [] if answer.code == "204" else answer.data
        if not isinstance(rows, list) or not all(isinstance(row, dict) and _has_id(row) for row in rows):
            raise NoApiHere("The server's response is not a list of campaigns with their IDs.")
        return [{**_fields(row), "id": self._id(plain(row["id"]))} for row in rows]

    def get(self, campaign_id: str) -> Fields:
        """Return one campaign. Raises RowRefused if there is none with that ID."""
        answer, _ = self.repeat("bulk/campaigns/get", {"id": campaign_id})
        data = answer.data[0] if isinstance(answer.data, list) and answer.data else answer.data
        return _fields(data) if isinstance(data, dict) else {}

    def update(self, campaign_id: str, changes: Mapping[str, str]) -> tuple[Attempt, ...]:
        """Change fields of a campaign.

        `changes` must include keep_agents_available if the server knows it: without it, 4.2 and later reset it to 0
        (page "bulk/campaigns/update").
        """
        _, attempts = self.repeat("bulk/campaigns/update", {"id": campaign_id, **changes})
        return attempts

    def delete(self, campaign_id: str) -> tuple[Attempt, ...]:
        """Delete a campaign. Raises RowRefused and TryAgain (not deleted), OutcomeUnknown (not known)."""
        _, attempts = self.submit("bulk/campaigns/delete", {"id": campaign_id})
        return attempts

    def _campaign_id(self, answer: Answer) -> str | None:
        """Return the ID in a response; None if it has none, or one that contains the password."""
        found = campaign_id(answer.data)
        return found if found is None or self._id(found) == found else None

    def _id(self, found: str) -> str:
        # The password may be a number, and an ID may contain it by chance.
        return found if found.isdecimal() else visible(self.redact(found))

    def repeat(
        self,
        action: str,
        parameters: Mapping[str, str],
        *,
        most: int = MOST,
        times: int = 1,
        redact: Redact | None = None,
    ) -> Reply:
        """Send what may be repeated freely, again after every temporary failure; return the answer and the attempts.

        The response may have `most` bytes and take `times` the time-out. `redact` cleans what the server says (None: of
        the password alone).
        """
        try:
            return self._send(FREELY, action, parameters, most, times, redact)
        except NoApiHere as error:
            raise WrongSettings(error.message, error.problem_code) from None

    def submit(self, action: str, parameters: Mapping[str, str], *, redact: Redact | None = None) -> Reply:
        """Send what is repeated only if the server certainly did not accept it; else as `repeat`."""
        return self._send(IF_NOT_TAKEN, action, parameters, MOST, 1, redact)

    def _send(
        self,
        kinds: _Kinds,
        action: str,
        parameters: Mapping[str, str],
        most: int,
        times: int,
        redact: Redact | None,
    ) -> Reply:
        """Send a request, and again after failures of some kinds; an error carries all attempts."""
        form = "&".join(filter(None, (self._credentials, encoded(parameters)))).encode("ascii")
        attempts: list[Attempt] = []

        def once() -> Answer:
            return self._attempt(action, form, attempts, most, times, redact or self.redact)

        try:
            answer = self._repeated(once, kinds)
        except ImporterError as error:
            error.attempts = tuple(attempts)
            raise
        return answer, tuple(attempts)

    def _attempt(
        self, action: str, form: bytes, attempts: list[Attempt], most: int, times: int, redact: Redact
    ) -> Answer:
        """Send a request once, when its turn has come, and add it to the attempts."""
        self._rate_limiter.turn()
        began = self._clock()
        try:
            raw = self._transport.post(action, form, most=most, times=times)
            answer = read(raw.status, raw.headers, raw.body, redact)
        except ImporterError as error:
            attempts.append(Attempt(self._clock() - began, type(error).__name__, error.message))
            _log(action, attempts)
            if isinstance(error, AccessRefused) and error.code == "401" and not error.by_proxy:
                self._refused()
            raise
        attempts.append(Attempt(self._clock() - began))
        _log(action, attempts, answer.code)
        return answer

    def _repeated(self, once: Callable[[], Answer], kinds: _Kinds) -> Answer:
        """Do something once, and again after failures of these kinds, as long as tenacity says so."""
        began = time.monotonic()
        try:
            # Nearly all requests succeed at once: what counts attempts and waits is made after a failure.
            return once()
        except kinds as error:
            failures = [error]

        def again() -> Answer:
            if failures:
                raise failures.pop()
            return once()

        return self._retrying(kinds, began)(again)

    def _retrying(self, kinds: _Kinds, began: float) -> Retrying:
        retry_policy = self._server.retry_policy
        back_off = wait_random_exponential(multiplier=retry_policy.first, max=retry_policy.longest)

        def wait(state: RetryCallState) -> float:
            asked = getattr(_error(state), "retry_after", None)
            return back_off(state) if asked is None else float(asked)

        def enough(state: RetryCallState) -> bool:
            # The time slept counts even if the injected sleep took none.
            gone = max(state.idle_for, time.monotonic() - began)
            return state.attempt_number >= retry_policy.tries or gone + state.upcoming_sleep > retry_policy.seconds

        def pause_everyone(state: RetryCallState) -> None:
            log.debug("Waiting %.2f s before attempt %d", state.upcoming_sleep, state.attempt_number + 1)
            if isinstance(_error(state), Throttled):
                self._rate_limiter.pause(state.upcoming_sleep)

        return Retrying(
            retry=retry_all(retry_if_exception_type(kinds), retry_if_not_exception_type((NoApiHere, TooLarge))),
            wait=wait,
            stop=enough,
            before_sleep=pause_everyone,
            sleep=self._sleep,
            reraise=True,
        )


def _log(action: str, attempts: Sequence[Attempt], code: str = "") -> None:
    """Log the last attempt at a request, without what was sent; what the server says is already redacted."""
    if not log.isEnabledFor(logging.DEBUG):
        return
    last = attempts[-1]
    said = f"{last.failure}: {last.message}" if last.failure else f"answered with {code}"
    log.debug("POST %s, attempt %d, %.3f s: %s", action, len(attempts), last.seconds, said)


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _has_id(row: dict[str, Any]) -> bool:
    return isinstance(row.get("id"), SCALARS)


def _fields(row: dict[str, Any]) -> Fields:
    return {name: plain(value) for name, value in row.items() if isinstance(value, SCALARS)}
