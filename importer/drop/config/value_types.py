"""The kinds of values that drop.toml may hold: what each is called, and how it is read."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from importer.errors import WrongUsage
from importer.notify import envelope
from importer.reading import delimiter_named, text_encoding


class InvalidValue(ValueError):
    """The value is not of its kind; the text, if any, says more than the kind's own words."""


class SecretInFile(InvalidValue):
    """The value holds a password, and is not to be shown."""


@dataclass(frozen=True)
class ValueType:
    """A kind of value: `words` name it after "is not", `example` is one as TOML, `read` returns one or raises Unfit."""

    words: str
    example: str
    read: Callable[[Any], Any]


def one_of(*words: str) -> ValueType:
    """Return the kind of a text that is one of these."""

    def read(value: Any) -> str:
        if value not in words or not isinstance(value, str):
            raise InvalidValue
        return value

    return ValueType(" or ".join(f'"{word}"' for word in words), f'"{words[0]}"', read)


def whole(least: int, most: int | None = None) -> ValueType:
    """Return the kind of a whole number within bounds."""

    def read(value: Any) -> int:
        # A truth value is a number to Python.
        if type(value) is not int or value < least or (most is not None and value > most):
            raise InvalidValue
        return value

    bounds = f"from {least} to {most}" if most is not None else f"of {least} or more"
    return ValueType(f"a whole number {bounds}", str(least), read)


def number(words: str, example: str, *, above: float | None = None, least: float | None = None) -> ValueType:
    """Return the kind of a finite number with a lower bound: more than `above`, or `least` and more."""

    def read(value: Any) -> float:
        if type(value) not in (int, float) or not math.isfinite(value):
            raise InvalidValue
        if (above is not None and value <= above) or (least is not None and value < least):
            raise InvalidValue
        return float(value)

    return ValueType(words, example, read)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidValue
    return value


def _any_text(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValue
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue
    return value


def _sheet(value: Any) -> str:
    if type(value) is int and value > 0:
        return str(value)
    return _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InvalidValue
    return tuple(_text(one) for one in value)


def _some_texts(value: Any) -> tuple[str, ...]:
    texts = _texts(value)
    if not texts:
        raise InvalidValue("is an empty list.")
    return texts


def _patterns(value: Any) -> tuple[str, ...]:
    patterns = _some_texts(value)
    if with_folder := [one for one in patterns if "/" in one or "\\" in one]:
        raise InvalidValue(f"holds {with_folder[0]}, and a pattern is for names, not for folders.")
    return patterns


def _suffixes(value: Any) -> tuple[str, ...]:
    suffixes = _texts(value)
    if any(not re.fullmatch(r"\.[^/\\]+", one) for one in suffixes):
        raise InvalidValue("is not a list of suffixes, which begin with a dot.")
    return suffixes


def _mail_address(value: Any) -> str:
    text = _text(value)
    try:
        envelope(text)
    except ValueError:
        raise InvalidValue from None
    return text


def _mail_addresses(value: Any) -> tuple[str, ...]:
    texts = _some_texts(value)
    for text in texts:
        try:
            envelope(text)
        except ValueError:
            raise InvalidValue(f"holds {text!r}, which is no e-mail address.") from None
    return texts


def _encoding(value: Any) -> str:
    name = _text(value)
    if text_encoding(name) is None:
        raise InvalidValue("is no encoding that is known.")
    return name


def _delimiter(value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidValue
    try:
        delimiter_named(value)
    except WrongUsage:
        raise InvalidValue from None
    return value


def _age(value: Any) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,5})([dw])", value) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise InvalidValue
    return timedelta(days=int(found[1])) if found[2] == "d" else timedelta(weeks=int(found[1]))


def _web_address(value: Any) -> str:
    try:
        parts = urlsplit(_text(value))
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise InvalidValue
    if parts.username is not None or parts.password is not None:
        raise SecretInFile("it holds a user name or a password, which do not belong in drop.toml.")
    return str(value)


def _letters(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Za-z]{1,3}", value):
        raise InvalidValue
    return value.upper()


FLAG = ValueType("true or false", "true", _flag)
TEXT = ValueType("a text", '"text"', _text)
ANY_TEXT = ValueType("a text", '"text"', _any_text)
SHEET = ValueType("the name of a sheet, or its number from 1", '"Campaigns"', _sheet)
TEXTS = ValueType("a list of texts with at least one", '["text"]', _some_texts)
PATTERNS = ValueType("a list of patterns with at least one", '["*.xlsx", "*.csv"]', _patterns)
SUFFIXES = ValueType("a list of suffixes", '[".done", ".ok"]', _suffixes)
ENCODING = ValueType("the name of an encoding", '"windows-1252"', _encoding)
DELIMITER = ValueType("one character", '";"', _delimiter)
SECONDS = number("a number of seconds", "30", least=0)
POSITIVE_SECONDS = number("a number of seconds above 0", "30", above=0)
RATE = number("a number above 0", "5", above=0)
SIZE = number("a number of MiB above 0", "10", above=0)
AGE = ValueType("a number of days or weeks", '"90d"', _age)
ADDRESS = ValueType("a web address", '"https://example.com/hook"', _web_address)
MAIL_ADDRESS = ValueType("an e-mail address", '"night@example.com"', _mail_address)
MAIL_ADDRESSES = ValueType("a list of e-mail addresses with at least one", '["night@example.com"]', _mail_addresses)
LETTERS = ValueType("the letters of a column, such as B", "B", _letters)
