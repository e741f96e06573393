"""Which values of a parameter are valid, and how the parameters of a call are checked against a table."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from importer.sandbox.envelope import EnvelopePart, refused

Value = int | str
Check = Callable[[str], Value]

# The usual 32-bit column; the guide names no limits, but something must stop a number no database can hold.
LARGEST = 2_147_483_647
_WHOLE = re.compile(r"-?[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KnownParameter:
    """One line of a documented table; without a default, a parameter left out simply is not there."""

    name: str
    check: Check
    default: Value | None = None
    required: bool = False
    in_old_versions: bool = True


def whole(smallest: int = -LARGEST, largest: int = LARGEST) -> Check:
    """Build the check of a whole number between two limits."""

    def check(text: str) -> int:
        if not _WHOLE.fullmatch(text):
            raise ValueError(f"{text!r} is not a whole number")
        number = int(text)
        if not smallest <= number <= largest:
            raise ValueError(f"{number} is not between {smallest} and {largest}")
        return number

    return check


def choice(*allowed: str) -> Check:
    """Build the check of a word that must be one of a few."""

    def check(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"{text!r} is none of {', '.join(map(repr, allowed))}")
        return text

    return check


def words(text: str) -> str:
    """Accept any text, empty too, that arrived as UTF-8."""
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("the value is not UTF-8")
    return text


def filled(text: str) -> str:
    """Accept any text but the empty one."""
    if not text:
        raise ValueError("must not be empty")
    return words(text)


def read_parameters(
    table: Sequence[KnownParameter], given: Mapping[str, str], version: str
) -> tuple[dict[str, Value], list[EnvelopePart]]:
    """Return the good values, defaults filled in, and one 400 for every parameter that is missing or bad."""
    values: dict[str, Value] = {}
    problems: list[EnvelopePart] = []
    for parameter in table:
        if not exists(parameter, version):
            continue
        text = given.get(parameter.name)
        if text is not None:
            try:
                values[parameter.name] = parameter.check(text)
            except ValueError as error:
                problems.append(refused("400", parameter.name, str(error)))
        elif parameter.required:
            problems.append(refused("400", parameter.name, "required"))
        elif parameter.default is not None:
            values[parameter.name] = parameter.default
    return values, problems


def exists(parameter: KnownParameter, version: str) -> bool:
    """Return whether a server of this version knows the parameter."""
    return parameter.in_old_versions or version != "3.14"
