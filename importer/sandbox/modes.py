"""The ways in which real servers differ from one another, as switches."""

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
}


@dataclass(frozen=True, slots=True)
class Modes:
    """How answers look and how severe the server is; the defaults are the documented behaviour of 4.4.

    `ids=string` turns every number inside `data` into text. `http_status=mirrored` repeats the code as HTTP
    status; a mirrored 204 has no body, because HTTP forbids one. `responses=object` sends the first entry alone.
    `list_fields=few` leaves only id and name in the rows of campaigns. `strict` refuses unknown parameters and a
    password in the query string. Version 3.14 does not know keep_agents_available.
    """

    ids: str = "number"
    codes: str = "string"
    responses: str = "list"
    http_status: str = "ok"
    list_fields: str = "all"
    data_on_create: str = "id"
    version: str = "4.4"
    strict: bool = False

    def __post_init__(self) -> None:
        for name, allowed in CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name}={getattr(self, name)} is unknown; {name} is one of {', '.join(allowed)}.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `ids=string,responses=object,strict=yes`."""
        found: dict[str, Any] = dict(read_pairs(text, [field.name for field in fields(cls)], "mode"))
        if "strict" in found:
            found["strict"] = read_flag("strict", found["strict"])
        return cls(**found)
