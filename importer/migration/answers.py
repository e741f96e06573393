"""What only a person knows: the answers, and the small TOML file that they stand in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

from importer.errors import WrongSettings
from importer.security import NotToml, toml_text, toml_values
from schemas.parameters import BY_NAME, is_blank
from schemas.problem_codes import ProblemCode
from schemas.profile import SECTIONS, Profile

OTHERS = "*"
"""The key that stands for all that are not named."""

DESTINATIONS = "destinations"
PARAMETERS = "parameters."
"""What the names of sections begin with that give a parameter by the ID of the old campaign."""


@dataclass(frozen=True)
class AnswerSection:
    """A section of the answers file: what is asked, and an example of an answer.

    `refuses` says that a campaign whose answer is missing is not sent; else the old setting is lost.
    """

    meaning: str
    example: str
    refuses: bool = True


ASKED: Mapping[str, AnswerSection] = {
    DESTINATIONS: AnswerSection(
        "Where answered calls go: the old destination on the left, dtype and dnumber of the new one on the right.",
        '{ dtype = "queue", dnumber = "0123" }',
    ),
    "agents": AnswerSection("How many agents work for a campaign (by its old ID), for calls counted per agent.", "10"),
    "average_call_minutes": AnswerSection(
        "How long a call takes on average, with ringing, in minutes, by campaign.", "2.5"
    ),
    "unlimited": AnswerSection("Calls at once where the old system has no limit, by campaign.", "10"),
    "timegroups": AnswerSection("The ID of the time group that stands for the old calling hours; 0: at any time.", "4"),
    "recordgroups": AnswerSection(
        "The ID of the record group for the old way of recording; 0: none.", "2", refuses=False
    ),
    "owners": AnswerSection("The ID of the owner for the old group or user; 0: none.", "17", refuses=False),
    "customers": AnswerSection("The ID of the customer for the old tenant or group.", "8", refuses=False),
}


@dataclass(frozen=True)
class Destination:
    """Where answered calls go in the new system."""

    dtype: str
    dnumber: str


@dataclass(frozen=True)
class Answers:
    """What a person has said: `sections` maps the names of sections to old texts and their new ones."""

    destinations: Mapping[str, Destination] = field(default_factory=dict)
    sections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def destination(self, key: str) -> Destination | None:
        """Return what is said about one destination, without the one for all others."""
        return _own(self.destinations, key)

    def given(self, section: str, key: str) -> str | None:
        """Return what is said about a text, by itself or for all others; None where nothing is."""
        known = self.sections.get(section, {})
        own = _own(known, key)
        return known.get(OTHERS) if own is None else own


def folded(key: str) -> str:
    """Return a key as it is compared: small and capital letters, and blanks around it, do not count."""
    return key.strip().casefold()


Said = TypeVar("Said")


def _own(known: Mapping[str, Said], key: str) -> Said | None:
    """Return what is said about a key; of keys that differ in their case alone, only the exact one counts."""
    if key in known and key != OTHERS:
        return known[key]
    found = [said for name, said in known.items() if name != OTHERS and folded(name) == folded(key)]
    return found[0] if len(found) == 1 else None


def quoted(text: str) -> str:
    """Return a text as TOML writes it; JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def load(path: Path, profile: Profile) -> Answers:
    """Return what an answers file says. Raises WrongSettings with every mistake at once."""
    try:
        text = toml_text(path.read_bytes())
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}. Check its name and the right to read it."
        raise WrongSettings(message, ProblemCode.SETTINGS_FILE) from None
    except NotToml as error:
        raise WrongSettings(f"{path} {error}", ProblemCode.SETTINGS_FILE) from None
    return read(text, str(path), profile)


def read(text: str, file: str, profile: Profile) -> Answers:
    """Return what a TOML text says; `file` is its name for messages. Raises WrongSettings with every mistake."""
    try:
        values = toml_values(text, parse_float=Decimal)
    except NotToml as error:
        raise WrongSettings(f"{file}: this {error}", ProblemCode.SETTINGS_FILE) from None
    reader = _Reader()
    answers = reader.answers(values, profile)
    if reader.mistakes:
        message = f"{file} cannot be used:\n  " + "\n  ".join(reader.mistakes)
        raise WrongSettings(message, ProblemCode.SETTINGS_FILE)
    return answers


class _Reader:
    """Reads the values of an answers file and keeps what is wrong with them."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def answers(self, values: Mapping[str, Any], profile: Profile) -> Answers:
        known = ("system", DESTINATIONS, *SECTIONS, PARAMETERS.rstrip("."))
        for key in values:
            if key not in known:
                self.mistakes.append(f"{key} is an unknown key. Known are {', '.join(known)}.")
        if values.get("system", profile.system) != profile.system:
            said = f"system is {values['system']!r}, and the profile is {profile.system}."
            self.mistakes.append(f"{said} Use the answers of that system.")
        sections = {name: self._section(name, values.get(name, {})) for name in SECTIONS if name in values}
        given = values.get("parameters", {})
        if isinstance(given, dict):
            for name, table in given.items():
                sections[f"{PARAMETERS}{name}"] = self._parameter(name, table)
        else:
            self.mistakes.append("parameters must be a table such as [parameters.machine].")
        return Answers(self._destinations(values.get(DESTINATIONS, {})), sections)

    def _destinations(self, table: Any) -> dict[str, Destination]:
        found: dict[str, Destination] = {}
        if not isinstance(table, dict):
            self.mistakes.append(f"{DESTINATIONS} must be a table.")
            return found
        for key, value in table.items():
            at = f"{DESTINATIONS}.{quoted(key)}"
            if not isinstance(value, dict) or value.keys() != {"dtype", "dnumber"}:
                self.mistakes.append(f"{at} must be written as {ASKED[DESTINATIONS].example}.")
                continue
            dtype, dnumber = (self._text(value[name]) for name in ("dtype", "dnumber"))
            if dtype is None or dnumber is None or is_blank(dtype) or is_blank(dnumber):
                self.mistakes.append(f"{at} needs a dtype and a dnumber. Fill both in, or put a # in front.")
                continue
            found[key] = Destination(dtype, dnumber)
        return found

    def _parameter(self, name: str, table: Any) -> dict[str, str]:
        if name not in BY_NAME:
            self.mistakes.append(f"parameters.{name} is no parameter. Known are {', '.join(BY_NAME)}.")
            return {}
        if name in ("dtype", "dnumber"):
            self.mistakes.append(f"parameters.{name} cannot be given here. Use the section {DESTINATIONS}.")
            return {}
        parameter = BY_NAME[name]
        found = self._texts(f"parameters.{name}", table)
        for key, text in found.items():
            if is_blank(text) or not parameter.accepts(text):
                at = f"parameters.{name}.{quoted(key)}"
                self.mistakes.append(f"{at} is {text!r}, and must be {parameter.allowed}.")
        return found

    def _section(self, name: str, table: Any) -> dict[str, str]:
        found = self._texts(name, table)
        for key, text in found.items():
            if not _fits(name, text):
                self.mistakes.append(f"{name}.{quoted(key)} is {text!r}, and must be {_wanted(name)}.")
        return found

    def _texts(self, at: str, table: Any) -> dict[str, str]:
        if not isinstance(table, dict):
            self.mistakes.append(f"{at} must be a table of old and new values.")
            return {}
        found: dict[str, str] = {}
        for key, value in table.items():
            text = self._text(value)
            if text is None:
                self.mistakes.append(f"{at}.{quoted(key)} must be a text or a number.")
            else:
                found[key] = text
        return found

    def _text(self, value: Any) -> str | None:
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        return None


def _fits(section: str, text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if not number.is_finite() or number >= 10**9:
        return False
    if section == "average_call_minutes":
        return number > 0
    return number == number.to_integral_value() and number >= (1 if section in ("agents", "unlimited") else 0)


def _wanted(section: str) -> str:
    if section == "average_call_minutes":
        return "a number of minutes above 0"
    return f"a whole number of at least {1 if section in ('agents', 'unlimited') else 0}"
