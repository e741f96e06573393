"""The faults a request may meet: their names, how likely each is, and how they are tuned."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from importer.sandbox.actions import check_action
from importer.sandbox.pairs import read_flag, read_number, read_pairs

FAULTS: Mapping[str, tuple[str, str]] = {
    "throttled": ("no", "HTTP 429 with Retry-After"),
    "unavailable": ("no", "HTTP 503 with Retry-After"),
    "unavailable_bare": ("no", "HTTP 503 without Retry-After"),
    "error_500": ("no", "an envelope with code 500"),
    "error_500_stored": ("yes", "an envelope with code 500"),
    "bad_gateway": ("no", "HTTP 502 with an HTML page"),
    "bad_gateway_stored": ("yes", "HTTP 502 with an HTML page"),
    "dropped_before": ("no", "a reset connection; the client cannot tell this from the next one"),
    "dropped_after": ("yes", "a reset connection"),
    "cut": ("yes", "half of the promised body, then the end"),
    "late": ("yes, at once", "the answer, `late_by` seconds later"),
    "late_store": ("yes, `late_by` seconds later, even if the client has stopped waiting", "the answer after that"),
    "foreign": ("yes", "HTTP 200 with an HTML page"),
    "empty": ("yes", "HTTP 200 with an empty body"),
}
"""Each fault: whether the request is carried out, and what the client sees."""

FAULT_NAMES = tuple(FAULTS)

SHARED: Mapping[str, str] = {
    "actions": "meet faults only in these actions, joined by +, as in `actions=create+list`",
    "seed": "the number from which chance begins: the same seed and requests give the same faults",
    "late_by": "how many seconds late answers are late",
    "latency": "how many seconds every answer takes, with or without a fault; `--latency` sets it too",
    "retry_after": "how many seconds Retry-After asks for",
    "retry_after_as_date": "whether Retry-After is a date instead of a number: yes or no",
}
"""The settings that faults share, and what each says."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The probability of every fault (0 to 1, together at most 1) and the settings they share.

    FAULTS says what each fault does, and SHARED what the settings say. With `actions` None, all of them meet faults.
    """

    throttled: float = 0.0
    unavailable: float = 0.0
    unavailable_bare: float = 0.0
    error_500: float = 0.0
    error_500_stored: float = 0.0
    bad_gateway: float = 0.0
    bad_gateway_stored: float = 0.0
    dropped_before: float = 0.0
    dropped_after: float = 0.0
    cut: float = 0.0
    late: float = 0.0
    late_store: float = 0.0
    foreign: float = 0.0
    empty: float = 0.0
    seed: int = 0
    actions: frozenset[str] | None = None
    latency: float = 0.0
    late_by: float = 1.0
    retry_after: int = 1
    retry_after_as_date: bool = False

    def __post_init__(self) -> None:
        chances = [getattr(self, name) for name in FAULT_NAMES]
        # The allowance lets ten chances of 0.1 through, whose sum in floating point is not quite 1.
        if min(chances) < 0 or sum(chances) > 1 + 1e-9:
            raise ValueError("The probabilities of faults must not be negative nor add up to more than 1.")
        if min(self.latency, self.late_by, self.retry_after) < 0:
            raise ValueError("latency, late_by and retry_after are waiting times and must not be negative.")
        for action in self.actions or ():
            check_action(action)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `late=0.05,cut=0.05,latency=0.02,actions=create+validate`; every field has its name here."""
        found = read_pairs(text, [field.name for field in fields(cls)], "fault")
        return cls(**{name: _converted(name, value) for name, value in found.items()})


def check_fault(fault: str) -> None:
    """Raise ValueError for a fault that the sandbox does not have."""
    if fault not in FAULT_NAMES:
        raise ValueError(f"{fault!r} is not a known fault; the known names are {', '.join(FAULT_NAMES)}.")


def _converted(name: str, text: str) -> Any:
    if name == "actions":
        return frozenset(text.split("+"))
    if name == "retry_after_as_date":
        return read_flag(name, text)
    convert: Callable[[str], float] = int if name in ("seed", "retry_after") else float
    return read_number(name, text, convert)
