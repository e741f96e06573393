"""What each fault does: whether the request is carried out, and what is shown instead of its answer."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from importer.sandbox.envelope import BROKEN, Envelope, encode
from importer.sandbox.faults import Faults
from importer.sandbox.modes import Modes
from importer.sandbox.wire import Reply, page


@dataclass(frozen=True, slots=True)
class Effect:
    """The course of one request: when it is carried out, what is shown, and how that is delivered."""

    carried_out: Literal["at once", "late", "never"] = "at once"
    shown: Literal["answer", "error", "page", "empty"] = "answer"
    delivery: Literal["whole", "half", "reset"] = "whole"
    status: int = 200
    says_when: bool = False
    is_late: bool = False
    hangs_up: bool = False


NO_EFFECT = Effect()
TOO_LONG = Effect("never", "page", status=413, hangs_up=True)
_EFFECTS = {
    "throttled": Effect("never", "page", status=429, says_when=True),
    "unavailable": Effect("never", "page", status=503, says_when=True),
    "unavailable_bare": Effect("never", "page", status=503),
    "error_500": Effect("never", "error"),
    "error_500_stored": Effect("at once", "error"),
    "bad_gateway": Effect("never", "page", status=502),
    "bad_gateway_stored": Effect("at once", "page", status=502),
    "dropped_before": Effect("never", delivery="reset"),
    "dropped_after": Effect("at once", delivery="reset"),
    "cut": Effect("at once", delivery="half"),
    "late": Effect("at once", is_late=True),
    "late_store": Effect("late", is_late=True),
    "foreign": Effect("at once", "page"),
    "empty": Effect("at once", "empty"),
}


def effect_of(fault: str | None) -> Effect:
    """Look up what a fault does; None does nothing."""
    return _EFFECTS[fault] if fault else NO_EFFECT


def reply_under(effect: Effect, answer: Envelope | None, faults: Faults, modes: Modes) -> Reply:
    """Build what the client is shown; `answer` is None where the request was not carried out."""
    if effect.shown == "page":
        return page(effect.status, {"Retry-After": _retry_after(faults)} if effect.says_when else None)
    if effect.shown == "empty":
        return Reply(200, b"", "application/json")
    reply = envelope_reply(BROKEN if answer is None or effect.shown == "error" else answer, modes)
    return reply if effect.delivery == "whole" else replace(reply, code=None)


def envelope_reply(answer: Envelope, modes: Modes) -> Reply:
    """Put an answer into HTTP as the modes ask."""
    code = answer.responses[0].code
    status = int(code) if modes.http_status == "mirrored" else 200
    return Reply(status, encode(answer, modes), "application/json; charset=utf-8", code=code)


def _retry_after(faults: Faults) -> str:
    if not faults.retry_after_as_date:
        return str(faults.retry_after)
    return format_datetime(datetime.now(UTC) + timedelta(seconds=faults.retry_after), usegmt=True)
