"""How numbers are to be loaded."""

from dataclasses import dataclass
from enum import StrEnum


class WireFormat(StrEnum):
    """How a number is written for the server."""

    DIGITS = "digits"
    """442083661177"""
    PLUS = "plus"
    """+442083661177"""
    INTERNATIONAL = "international"
    """00442083661177"""
    NATIONAL = "national"
    """02083661177"""
    SIGNIFICANT = "significant"
    """2083661177"""
    AS_IS = "as-is"
    """As it stands in the list."""


OF_ONE_COUNTRY = (WireFormat.NATIONAL, WireFormat.SIGNIFICANT)
"""The forms without a calling code."""


class WhenOn(StrEnum):
    """What to do with a campaign that is on."""

    REFUSE = "refuse"
    SWITCH_OFF = "switch-off"
    """Switch it off for the load, and on again."""
    WHILE_DIALLING = "while-dialling"
    """Load it as it is: what is in doubt is looked up before it is sent again."""


@dataclass(frozen=True, kw_only=True)
class LoadOptions:
    """How numbers are loaded.

    `number_format` has no default (None: the load stops and says how numbers would look); `country` is the one of
    `national` and `significant`, by its code of two letters. `batch` is the most numbers of a request. `canary` is how
    many numbers are sent first and read back. `remember` keeps prints of what is loaded, for later runs. `countries`
    are those of the numbers, by their codes, in whose forms the server has them if they are sent as they are written.
    """

    number_format: WireFormat | None = None
    country: str = ""
    batch: int = 1_000
    when_on: WhenOn = WhenOn.REFUSE
    canary: int = 10
    remember: bool = True
    countries: tuple[str, ...] = ()
