"""The ways in which real servers differ from one another, as switches."""

from collections.abc import Callable
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


@dataclass(frozen=True, slots=True)
class Modes:
    """How answers look and how severe the server is; the defaults are the documented behaviour of 4.4.

    `ids=string` turns every number inside `data` into text. `http_status=mirrored` repeats the code as HTTP
    status; a mirrored 204 has no body, because HTTP forbids one. `responses=object` sends the first entry alone.
    `list_fields=few` leaves only id and name in the rows of campaigns. `strict` refuses unknown parameters and a
    password in the query string. Version 3.14 does not know keep_agents_available.

    Some servers know no bulk/campaigns/get: with `get=page` it is a page that is not there, with `get=unknown` an
    envelope says 404 to every ID. `create_id=1000` has every create answered with that ID, as a cache would.

    Lists that are not whole: `list_first=20` shows the first so many campaigns of a customer, as a page does,
    `list_last=5` the last so many, `list_late=4` none that was made in the last so many seconds, as a copy of the
    database that lags behind, `list_none=yes` answers 204 without data.
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
