"""The ways in which real servers differ from one another, as switches."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from importer.sandbox.actions import check_action, check_list
from importer.sandbox.pairs import read_flag, read_number, read_pairs

CHOICES = {
    "ids": ("number", "string"),
    "codes": ("string", "number"),
    "responses": ("list", "object"),
    "http_status": ("ok", "mirrored"),
    "list_fields": ("all", "few"),
    "data_on_create": ("id", "missing"),
    "version": ("4.4", "3.14"),
    "absent_as": ("page", "unknown"),
    "paging": ("known", "ignored", "overlapping"),
    "spelling": ("given", "digits", "plus", "international", "national", "significant"),
    "bad_number": ("refuse", "skip", "stop"),
    "bad_named": ("first", "all", "none"),
}

_NUMBERS: dict[str, Callable[[str], float]] = {
    "list_first": int,
    "list_last": int,
    "list_late": float,
    "create_id": int,
    "page_most": int,
    "max_body": int,
    "country_code": int,
}
_FLAGS = ("strict", "list_none", "list_more", "count_twice")
_SETS = ("absent", "lists")

MEANINGS: Mapping[str, str] = {
    "ids": "whether every number inside `data` is a number or a text",
    "codes": "whether the codes of the envelope are texts or numbers",
    "responses": "whether `responses` is a list, or the first entry alone",
    "http_status": "whether HTTP says 200 to everything, or repeats the code; a mirrored 204 has no body",
    "list_fields": "whether rows have all fields, or few: campaigns id and name, destinations dtype and dnumber",
    "data_on_create": "whether the answer to a create holds the ID of the campaign",
    "version": "the version of the API; 3.14 does not know keep_agents_available, nor how to sort destinations",
    "strict": "refuse unknown parameters, and a password in the query string",
    "absent": "the functions that the server does not have, joined by +, as in `absent=get+delete`",
    "absent_as": "what these are: a page that is not there, or an envelope with 404",
    "create_id": "answer every create with this ID, as a cache would; 0 is off",
    "list_first": "list only the first N of what there is; 0 is off",
    "list_last": "list only the last N; 0 is off",
    "list_late": "list nothing that was made in the last N seconds, as a copy that lags behind; 0 is off",
    "list_none": "answer a list with 204 and no data",
    "list_more": "list what all customers have, whichever of them is asked for",
    "lists": "have these five in some lists only, joined by +, as in `lists=destinations/list`; `list` is of campaigns",
    "paging": "whether pages follow limit and offset, ignore them and show all, or each begin one row early",
    "page_most": "show at most N rows of a list that has pages, however many are asked for; 0 is off",
    "max_body": "refuse a body of more than N bytes with HTTP 413 and a page, as web servers do; 0 is off",
    "spelling": "how numbers are stored and listed: as given, 442071234567 (digits), +442071234567 (plus), "
    "00442071234567 (international), 02071234567 (national) or 2071234567 (significant)",
    "country_code": "the country of numbers that are given without one",
    "bad_numbers": "the numbers that are refused: a regular expression for a whole number, as in `bad_numbers=0900.*`",
    "bad_number": "whether one bad number has the whole list refused, is skipped, or has it refused after what stands "
    "before it was stored",
    "bad_named": "which bad numbers the message of a refusal names",
    "count_twice": "count a number twice that is given twice in one list",
}
"""What each mode switches, in the order of the class."""


@dataclass(frozen=True, slots=True)
class Modes:
    """How answers look and how severe the server is; the defaults are the documented behaviour of 4.4. MEANINGS says
    what each of them switches.
    """

    ids: str = "number"
    codes: str = "string"
    responses: str = "list"
    http_status: str = "ok"
    list_fields: str = "all"
    data_on_create: str = "id"
    version: str = "4.4"
    strict: bool = False
    absent: frozenset[str] = frozenset()
    absent_as: str = "page"
    create_id: int = 0
    list_first: int = 0
    list_last: int = 0
    list_late: float = 0.0
    list_none: bool = False
    list_more: bool = False
    lists: frozenset[str] | None = None
    paging: str = "known"
    page_most: int = 0
    max_body: int = 0
    spelling: str = "given"
    country_code: int = 44
    bad_numbers: str = ""
    bad_number: str = "refuse"
    bad_named: str = "first"
    count_twice: bool = False

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}={getattr(self, name)} is unknown; {name} is one of {', '.join(allowed)}.")
        for name in _NUMBERS:
            if getattr(self, name) < 0:
                raise ValueError(f"{name}={getattr(self, name)} must not be negative.")
        try:
            re.compile(self.bad_numbers)
        except re.error as error:
            raise ValueError(f"bad_numbers={self.bad_numbers} is not a regular expression: {error}.") from None
        for action in self.absent:
            check_action(action)
        for action in self.lists or ():
            check_list(action)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `ids=string,responses=object,strict=yes,list_first=20`."""
        found: dict[str, Any] = dict(read_pairs(text, [field.name for field in fields(cls)], "mode"))
        found |= {name: read_flag(name, found[name]) for name in _FLAGS if name in found}
        found |= {name: read_number(name, found[name], _NUMBERS[name]) for name in _NUMBERS if name in found}
        found |= {name: frozenset(found[name].split("+")) for name in _SETS if name in found}
        return cls(**found)

    def lie_in(self, action: str) -> bool:
        """Return whether the modes of lists hold for this one."""
        return self.lists is None or action in self.lists
