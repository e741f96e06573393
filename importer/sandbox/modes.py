"""The ways in which real servers differ from one another, as switches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from importer.sandbox.pairs import read_flag, read_pairs

CHOICES = {
    "ids": ("number", "string"),
    "codes": ("string", "number"),
    "responses": ("list", "object"),
    "http_status": ("ok", "mirrored"),
    "list_fields": ("all", "few"),
    "data_on_create": ("id", "missing"),
    "version": ("4.4", "3.14"),
    "get": ("known", "page", "unknown"),
}

_NUMBERS: dict[str, Callable[[str], float]] = {
    "list_first": int,
    "list_last": int,
    "list_late": float,
    "create_id": int,
}
_FLAGS = ("strict", "list_none")

MEANINGS: Mapping[str, str] = {
    "ids": "whether every number inside `data` is a number or a text",
    "codes": "whether the codes of the envelope are texts or numbers",
    "responses": "whether `responses` is a list, or the first entry alone",
    "http_status": "whether HTTP says 200 to everything, or repeats the code; a mirrored 204 has no body",
    "list_fields": "whether the rows of campaigns have all fields, or id and name alone",
    "data_on_create": "whether the answer to a create holds the ID of the campaign",
    "version": "the version of the API; 3.14 does not know keep_agents_available",
    "strict": "refuse unknown parameters, and a password in the query string",
    "get": "whether bulk/campaigns/get is known, is a page that is not there, or says 404 in an envelope",
    "create_id": "answer every create with this ID, as a cache would; 0 is off",
    "list_first": "list only the first N campaigns of a customer, as a page does; 0 is off",
    "list_last": "list only the last N; 0 is off",
    "list_late": "list no campaign that was made in the last N seconds, as a copy that lags behind; 0 is off",
    "list_none": "answer a list with 204 and no data",
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
    get: str = "known"
    create_id: int = 0
    list_first: int = 0
    list_last: int = 0
    list_late: float = 0.0
    list_none: bool = False

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}={getattr(self, name)} is unknown; {name} is one of {', '.join(allowed)}.")
        for name in _NUMBERS:
            if getattr(self, name) < 0:
                raise ValueError(f"{name}={getattr(self, name)} must not be negative.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `ids=string,responses=object,strict=yes,list_first=20`."""
        found: dict[str, Any] = dict(read_pairs(text, [field.name for field in fields(cls)], "mode"))
        found |= {name: read_flag(name, found[name]) for name in _FLAGS if name in found}
        found |= {name: _number(name, found[name]) for name in _NUMBERS if name in found}
        return cls(**found)


def _number(name: str, text: str) -> float:
    try:
        return _NUMBERS[name](text)
    except ValueError:
        raise ValueError(f"{name}={text} is not a number that {name} can take.") from None
