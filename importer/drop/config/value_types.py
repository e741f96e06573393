"""The kinds of values that drop.toml may have: what each is called, and how it is read."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo

from importer.drop.places import FOLDERS
from importer.errors import WrongUsage
from importer.model import OnChange, OnExisting
from importer.notify import envelope
from importer.numbers import WhenOn, country_of, mistakes_in, normal_name
from importer.reading import delimiter_named, text_encoding
from schemas.headings import OWN_COLUMN, misspelt
from schemas.likeness import suggestion
from schemas.parameters import BY_NAME


class When(StrEnum):
    """For which files a notification is sent."""

    FAILURE = "failure"
    ALWAYS = "always"


class OnPartial(StrEnum):
    """What is done with the correct rows of a file that also has wrong ones."""

    CREATE = "create"
    NOTHING = "nothing"


class InvalidValue(ValueError):
    """The value is not of its kind; the text, if any, says more than the kind's own words."""


class SecretInFile(InvalidValue):
    """The value contains a password, and must not be shown."""


class Unusable(ValueError):
    """The value is of its kind but cannot be used; the text says why."""


@dataclass(frozen=True)
class ValueType:
    """A kind of value: `words` name it after "is not", `example` is one as TOML."""

    words: str
    example: str


@dataclass(frozen=True)
class Surroundings:
    """What values depend on: the folder that relative paths start from, and the names of the servers."""

    beside: Path
    servers: tuple[str, ...]


def _around(info: ValidationInfo) -> Surroundings:
    return info.context or Surroundings(Path(), ())


def _one_of(*words: str) -> ValueType:
    return ValueType(" or ".join(f'"{word}"' for word in words), f'"{words[0]}"')


def _beside(value: Any, info: ValidationInfo) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise InvalidValue
    return Path(_around(info).beside, value)


def _sheets(value: Any) -> Any:
    """Return the names of sheets as a tuple of texts: of one sheet, or of a list of them."""
    given = value if isinstance(value, list) else [value]
    return tuple(str(one) if type(one) is int and one > 0 else one for one in given)


def _some(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts:
        raise InvalidValue("is an empty list.")
    return texts


def _patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if with_folder := [one for one in patterns if "/" in one or "\\" in one]:
        raise InvalidValue(f"contains {with_folder[0]}, but patterns match file names, not folders.")
    return patterns


def _numbers_pattern(pattern: str) -> str:
    return _patterns((pattern,))[0]


def _list_pattern(pattern: str) -> str:
    beginning, *more = pattern.partition("{stem}.")[::2]
    if beginning or not more[0] or "{" in more[0]:
        raise InvalidValue
    return _numbers_pattern(pattern)


def _time_zones(names: str) -> str:
    if any(mistakes_in({names: "1"})):
        raise InvalidValue
    return normal_name(names)


def _country(text: str) -> str:
    if not country_of(text):
        raise InvalidValue
    return text


def _dnc_lists(texts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    return tuple(str(Path(_around(info).beside, one)) for one in texts)


def _mail_address(text: str) -> str:
    try:
        envelope(text)
    except ValueError:
        raise InvalidValue from None
    return text


def _mail_addresses(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        try:
            envelope(text)
        except ValueError:
            raise InvalidValue(f"contains {text!r}, which is not an e-mail address.") from None
    return texts


def _encoding(name: str) -> str:
    if text_encoding(name) is None:
        raise InvalidValue("is not a known encoding.")
    return name


def _delimiter(text: str) -> str:
    try:
        delimiter_named(text)
    except WrongUsage:
        raise InvalidValue from None
    return text


def _age(value: Any) -> timedelta:
    if not (age := _age_or_none(value)):
        raise InvalidValue
    return age


def _age_or_none(value: Any) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,5})([dw])", value) if isinstance(value, str) else None
    if found is None:
        raise InvalidValue
    return timedelta(days=int(found[1])) if found[2] == "d" else timedelta(weeks=int(found[1]))


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise InvalidValue
    if parts.username is not None or parts.password is not None:
        raise SecretInFile("it contains a user name or a password, which do not belong in drop.toml.")
    return text


def _server(name: str, info: ValidationInfo) -> str:
    if name not in (servers := _around(info).servers):
        there = ", ".join(servers) or "none"
        message = f"there is no section [servers.{name}] in campaign-importer.toml.{suggestion(name, servers)}"
        raise Unusable(f"{message} The servers are: {there}.")
    return name


def _parameter(text: str) -> str:
    if text in BY_NAME:
        return text
    likely = misspelt(text)
    raise InvalidValue(f"is not a campaign field. Did you mean {likely}?" if likely else "")


def _parameter_or_own(text: str) -> str:
    return text if text == OWN_COLUMN else _parameter(text)


def _folder_name(name: str) -> str:
    if (
        name != name.strip()
        or name.startswith(".")
        or any(one in name for one in "/\\:\0")
        or name.casefold() in (*FOLDERS, "")
    ):
        raise Unusable("this cannot be the name of a folder here. Name a folder directly below the drop folder.")
    return name


Flag = Annotated[bool, ValueType("true or false", "true")]
AnyText = Annotated[str, ValueType("a string", '"text"')]
Text = Annotated[str, Field(pattern=r"\S"), ValueType("a string", '"text"')]
FilePath = Annotated[Path, BeforeValidator(_beside), ValueType("a string", '"text"')]
Sheets = Annotated[
    tuple[Text, ...],
    AfterValidator(_some),
    BeforeValidator(_sheets),
    ValueType("the name of a sheet, its number from 1, or a list of these", '"Campaigns"'),
]
Server = Annotated[Text, AfterValidator(_server)]
Encoding = Annotated[Text, AfterValidator(_encoding), ValueType("the name of an encoding", '"windows-1252"')]
Delimiter = Annotated[str, AfterValidator(_delimiter), ValueType("one character", '";"')]

Positive = Annotated[int, Field(ge=1), ValueType("a whole number of 1 or more", "1")]
NotNegative = Annotated[int, Field(ge=0), ValueType("a whole number of 0 or more", "0")]
Workers = Annotated[int, Field(ge=1, le=256), ValueType("a whole number from 1 to 256", "1")]
Port = Annotated[int, Field(ge=1, le=65535), ValueType("a whole number from 1 to 65535", "1")]
Seconds = Annotated[float, Field(ge=0), ValueType("a number of seconds", "30")]
PositiveSeconds = Annotated[float, Field(gt=0), ValueType("a number of seconds above 0", "30")]
Rate = Annotated[float, Field(gt=0), ValueType("a number above 0", "5")]
Size = Annotated[float, Field(gt=0), ValueType("a number of MiB above 0", "10")]
Age = Annotated[timedelta, BeforeValidator(_age), ValueType("a number of days or weeks", '"90d"')]

AgeOrNone = Annotated[timedelta, BeforeValidator(_age_or_none), ValueType("a number of days or weeks, or 0d", '"7d"')]

# TOML has arrays and strings; turning them into tuples and enumerations is not strict.
_Texts = Annotated[tuple[Text, ...], Field(strict=False)]
_SomeTexts = Annotated[_Texts, AfterValidator(_some)]
Texts = Annotated[_SomeTexts, ValueType("a list of at least one string", '["text"]')]
Patterns = Annotated[
    _SomeTexts, AfterValidator(_patterns), ValueType("a list of at least one pattern", '["*.xlsx", "*.csv"]')
]
Suffixes = Annotated[
    tuple[Annotated[str, Field(pattern=r"^\.[^/\\]+$")], ...],
    Field(strict=False),
    ValueType("a list of suffixes that begin with a dot", '[".done", ".ok"]'),
]
WhenTold = Annotated[When, Field(strict=False), _one_of("failure", "always")]
OnPartialFile = Annotated[OnPartial, Field(strict=False), _one_of("create", "nothing")]
OnChangedRow = Annotated[OnChange, Field(strict=False), _one_of("report", "create", "update")]
OnExistingRow = Annotated[OnExisting, Field(strict=False), _one_of("report", "create")]
Encryption = Annotated[Literal["starttls", "tls", "none"], _one_of("starttls", "tls", "none")]
OnDiallingCampaign = Annotated[WhenOn, Field(strict=False), _one_of("refuse", "switch-off", "while-dialling")]

NumbersPattern = Annotated[
    Text, AfterValidator(_numbers_pattern), ValueType("a pattern of file names", '"renewals-*.csv"')
]
ListPattern = Annotated[
    Text, AfterValidator(_list_pattern), ValueType("a pattern that begins with {stem} and a dot", '"{stem}.numbers.*"')
]
Country = Annotated[Text, AfterValidator(_country), ValueType("the code or the name of a country", '"GB"')]
SplitBy = Annotated[Literal["timezone"], _one_of("timezone")]
AmbiguousZone = Annotated[Literal["hold", "strictest"], _one_of("hold", "strictest")]
TimeZones = Annotated[str, AfterValidator(_time_zones), ValueType("the name of a time zone", '"Europe/London"')]
StatusColumn = Annotated[Text, ValueType('the heading or letter of a column, or "-"', '"call status"')]
NumberColumns = Annotated[Text, ValueType("headings or letters of columns", '"mobile,home"')]
CampaignId = Annotated[str, Field(pattern=r"^[0-9]{1,18}$"), ValueType("the ID of a campaign as a string", '"4711"')]
DncLists = Annotated[_SomeTexts, AfterValidator(_dnc_lists), ValueType("a list of at least one file", '["tps.txt:GB"]')]
NumberSpelling = Annotated[
    Literal["digits", "plus", "international", "national", "significant", "as-is"],
    _one_of("digits", "plus", "international", "national", "significant", "as-is"),
]
DuplicatesAmong = Annotated[Literal["run", "server"], _one_of("run", "server")]
NumbersOfARow = Annotated[Literal["first", "all"], _one_of("first", "all")]

WebAddress = Annotated[Text, AfterValidator(_web_address), ValueType("a web address", '"https://example.com/hook"')]
MailAddress = Annotated[Text, AfterValidator(_mail_address), ValueType("an e-mail address", '"night@example.com"')]
MailAddresses = Annotated[
    _SomeTexts,
    AfterValidator(_mail_addresses),
    ValueType("a list of at least one e-mail address", '["night@example.com"]'),
]

ColumnLetters = Annotated[
    str,
    StringConstraints(pattern="^[A-Za-z]{1,3}$", to_upper=True),
    ValueType("a column letter, such as B", "B"),
]
Parameter = Annotated[str, AfterValidator(_parameter), ValueType("a campaign field", "dtype")]
MeantParameter = Annotated[str, AfterValidator(_parameter), ValueType("a campaign field", '"dnumber"')]
ParameterOrOwn = Annotated[str, AfterValidator(_parameter_or_own), ValueType('a campaign field, or "-"', '"dnumber"')]
FolderName = Annotated[str, AfterValidator(_folder_name)]
