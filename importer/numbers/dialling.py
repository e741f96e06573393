"""How long campaigns take to dial their numbers, roughly: a list of a million may keep a campaign busy for months."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from importer.model import counted
from schemas.parameters import BY_NAME

CALL = 30
"""How many seconds a call is assumed to take on average, most of them ringing in vain."""

DAY = 8
"""How many hours of a day are dialled."""

FEW_HOURS = 12


@dataclass(frozen=True)
class CampaignCalls:
    """What a campaign dials: its numbers, how often each is tried at most, and how many calls it makes at once."""

    numbers: int
    attempts: int
    at_once: int

    @property
    def calls(self) -> int:
        """How many calls it makes at most."""
        return self.numbers * self.attempts

    @property
    def hours(self) -> float:
        """How many hours that takes if no number is reached before its last attempt."""
        return self.calls * CALL / 3600 / self.at_once


def dialling_of(numbers: int, campaign: Mapping[str, str]) -> CampaignCalls:
    """Return what a campaign with these parameters has to dial; what it lacks, or is not a number, is the default."""
    attempts, at_once = (_whole(campaign, name) for name in ("attempts", "maximum"))
    return CampaignCalls(numbers, attempts, at_once)


def prospect(campaigns: Iterable[CampaignCalls]) -> str:
    """Return in a sentence how long the slowest of campaigns dials at most; "" if none has numbers."""
    busy = [one for one in campaigns if one.numbers]
    if not busy:
        return ""
    slowest = max(busy, key=lambda one: one.hours)
    begins = f"The slowest of {len(busy):,} campaigns dials for" if len(busy) > 1 else "Dialling takes"
    tries = f" x {counted(slowest.attempts, 'attempt')}" if slowest.attempts > 1 else ""
    return (
        f"{begins} up to {_length(slowest.hours)}, at half a minute a call: "
        f"{counted(slowest.numbers, 'number')}{tries}, {slowest.at_once:,} at a time."
    )


def _length(hours: float) -> str:
    if hours < 1:
        return f"about {counted(max(round(60 * hours), 1), 'minute')}"
    if hours <= FEW_HOURS:
        return f"about {counted(round(hours), 'hour')}"
    return f"about {counted(round(hours / DAY), 'day')} of {DAY} hours"


def _whole(campaign: Mapping[str, str], name: str) -> int:
    text = campaign.get(name, "")
    usual = int(BY_NAME[name].default or 1)
    return max(int(text), 1) if text.isascii() and text.isdecimal() else usual
