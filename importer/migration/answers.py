"""What only a person knows: the answers, and the small TOML file that they stand in."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    create_model,
)

from importer.errors import WrongSettings
from importer.security import NotToml, TomlMistake, lines_of, mistakes_of, toml_text, toml_values
from schemas.parameters import BY_NAME, Parameter, is_blank
from schemas.problem_codes import ProblemCode
from schemas.profile import DESTINATIONS, Profile
from schemas.profile_words import SECTIONS

OTHERS = "*"
"""The key that stands for all that are not named."""

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
    "timegroups": AnswerSection("The time group, by ID or name, for the old calling hours; 0: at any time.", "4"),
    "recordgroups": AnswerSection(
        "The record group, by ID or name, for the old way of recording; 0: none.", "2", refuses=False
    ),
    "owners": AnswerSection("The owner, by ID or name, for the old group or user; 0: none.", "17", refuses=False),
    "customers": AnswerSection("The customer, by ID or name, for the old tenant or group.", "8", refuses=False),
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
    """Return a key as it is compared: small and capital letters, and spaces around it, do not count."""
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
        message = f"{path} cannot be read: {error.strerror}. Check its name and its permissions."
        raise WrongSettings(message, ProblemCode.SETTINGS_FILE) from None
    except NotToml as error:
        raise WrongSettings(f"{path} {error}", ProblemCode.SETTINGS_FILE) from None
    return read(text, str(path), profile)


def read(text: str, file: str, profile: Profile) -> Answers:
    """Return what a TOML text says; `file` is its name for messages. Raises WrongSettings with every mistake."""
    try:
        values = toml_values(text, parse_float=Decimal)
        said = _AnswersFile.model_validate(values, context=profile).model_dump(exclude_unset=True)
    except NotToml as error:
        raise WrongSettings(f"{file}: this {error}", ProblemCode.SETTINGS_FILE) from None
    except ValidationError as error:
        lines = lines_of(text)
        found = [
            (lines.get(one.path, 1), _sentence(one))
            for one in mistakes_of(error.errors(include_url=False, include_input=False))
        ]
        message = "".join(f"\n  line {line}: {sentence}." for line, sentence in sorted(found))
        raise WrongSettings(f"{file} cannot be used:{message}", ProblemCode.SETTINGS_FILE) from None
    sections = {name: said[name] for name in SECTIONS if name in said}
    sections |= {f"{PARAMETERS}{name}": texts for name, texts in said.get("parameters", {}).items()}
    return Answers({key: Destination(**one) for key, one in said.get(DESTINATIONS, {}).items()}, sections)


def _sentence(mistake: TomlMistake) -> str:
    """Return what is wrong, behind its key as it is written in the file."""
    tables = 2 if mistake.path[0] == "parameters" else 1
    at = ".".join([*map(str, mistake.path[:tables]), *(quoted(str(key)) for key in mistake.path[tables:])])
    if mistake.error is not None:
        return f"{at} {mistake.error}"
    match mistake.type, mistake.path:
        case "extra_forbidden", ("parameters", "dtype" | "dnumber"):
            return f"{at} cannot be given here. Use the section {DESTINATIONS}"
        case "extra_forbidden", ("parameters", _):
            return f"{at} is not a campaign field. Known are {', '.join(BY_NAME)}"
        case "extra_forbidden", _:
            return f"{at} is an unknown key. Known are {', '.join(_AnswersFile.model_fields)}"
        case _, ("parameters",):
            return f"{at} must be a table such as [parameters.machine]"
        case _:
            return f"{at} must be a table of old and new values"


def _system(value: Any, info: ValidationInfo) -> str:
    if info.context is not None and value != info.context.system:
        raise ValueError(f"is {value!r}, and the profile is {info.context.system}. Use the answers of that system")
    return str(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    raise ValueError("must be a string or a number")


def _destination(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or value.keys() != {"dtype", "dnumber"}:
        raise ValueError(f"must be written as {ASKED[DESTINATIONS].example}")
    texts = {name: _text(text) for name, text in value.items() if isinstance(text, str | Decimal | int)}
    if len(texts) < 2 or any(map(is_blank, texts.values())):
        raise ValueError("needs a dtype and a dnumber. Fill both in, or put a # in front")
    return texts


def _where(fits: Callable[[str], bool], allowed: str) -> AfterValidator:
    """Return the check of a text that `fits` must find right; `allowed` says what is."""

    def check(text: str) -> str:
        if not fits(text):
            raise ValueError(f"is {text!r}, and must be {allowed}")
        return text

    return AfterValidator(check)


def _is_number(text: str, least: int = 0, *, whole: bool = True) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    if not number.is_finite() or number >= 10**9:
        return False
    return number >= least and number == number.to_integral_value() if whole else number > least


def _given(parameter: Parameter) -> AfterValidator:
    return _where(lambda text: not is_blank(text) and parameter.accepts(text), parameter.allowed)


_Text = Annotated[str, BeforeValidator(_text)]
_IdOrName = dict[str, Annotated[_Text, _given(BY_NAME["owner"])]]
_AtLeastOne = dict[str, Annotated[_Text, _where(partial(_is_number, least=1), "a whole number of at least 1")]]
_Minutes = dict[str, Annotated[_Text, _where(partial(_is_number, whole=False), "a number of minutes above 0")]]


class _Table(BaseModel):
    """A table of the file, with these keys alone."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


_GIVEN: dict[str, Any] = {
    one.name: (dict[str, Annotated[_Text, _given(one)]], {})
    for one in BY_NAME.values()
    if one.name not in ("dtype", "dnumber")
}
_Parameters = create_model("_Parameters", __base__=_Table, **_GIVEN)


class _Sections(_Table):
    """The file without [parameters], whose keys are those of the table of parameters."""

    system: Annotated[str, BeforeValidator(_system)] = ""
    destinations: dict[str, Annotated[dict[str, str], BeforeValidator(_destination)]] = {}
    agents: _AtLeastOne = {}
    average_call_minutes: _Minutes = {}
    unlimited: _AtLeastOne = {}
    timegroups: _IdOrName = {}
    recordgroups: _IdOrName = {}
    owners: _IdOrName = {}
    customers: _IdOrName = {}


_AnswersFile = create_model("_AnswersFile", __base__=_Sections, parameters=(_Parameters, _Parameters()))
