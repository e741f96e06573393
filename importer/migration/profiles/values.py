"""The values of one profile, each of the kind that it has to be, or a sentence that says what is wrong with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.parameters import BY_NAME


class ProfileValues:
    """Reads values of one file and keeps what is wrong with them.

    What is wrong is noted, and something harmless returned in its place, so that all mistakes come at once. `at` is the
    place of a table in the file, for messages.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self.mistakes: list[str] = []

    def known(self, table: Mapping[str, Any], keys: Sequence[str], at: str) -> None:
        """Note the keys of a table that are none of these."""
        for key in table:
            if key not in keys:
                self.wrong(f"{at}.{key}" if at else key, f"is an unknown key. Known are {', '.join(keys)}")

    def is_parameter(self, name: str, at: str) -> bool:
        """Say whether a name is that of a parameter of ours; note it where it is not."""
        if name not in BY_NAME:
            self.wrong(at, f"{name!r} is not a campaign field. Known are {', '.join(BY_NAME)}")
        return name in BY_NAME

    def table(self, table: Mapping[str, Any], key: str, at: str) -> Mapping[str, Any]:
        """Return a table in a table."""
        value = table.get(key, {})
        if isinstance(value, dict):
            return value
        self.wrong(f"{at}.{key}" if at else key, "must be a table")
        return {}

    def tables(self, table: Mapping[str, Any], key: str, above: str = "") -> list[tuple[Mapping[str, Any], str]]:
        """Return the tables of an array, each with its place for messages."""
        found: list[tuple[Mapping[str, Any], str]] = []
        for number, one in enumerate(self.as_list(table.get(key, []), f"{above}{key}"), start=1):
            if isinstance(one, dict):
                found.append((one, f"{above}{key} {number}"))
            else:
                self.wrong(f"{above}{key}", f"must be tables, each under [[{above}{key}]]")
        return found

    def as_list(self, value: Any, at: str) -> list[Any]:
        """Return a list; a text alone is a list of one."""
        if isinstance(value, list):
            return value
        if isinstance(value, str):
            return [value]
        self.wrong(at, "must be a list")
        return []

    def texts(self, table: Mapping[str, Any], key: str, at: str) -> tuple[str, ...]:
        """Return a list of texts; a text alone is a list of one."""
        found = self.as_list(table.get(key, []), f"{at}.{key}")
        if not all(isinstance(one, str) for one in found):
            self.wrong(f"{at}.{key}", "must be a list of strings in quotes")
        return tuple(str(one) for one in found)

    def text(self, table: Mapping[str, Any], key: str, at: str, *, needed: bool = False) -> str:
        """Return a text, "" where it may be missing and is."""
        value = table.get(key, "")
        if not isinstance(value, str) or (needed and not value):
            self.wrong(f"{at}.{key}" if at else key, "must be a string" if key in table else "is missing")
        return str(value)

    def count(self, table: Mapping[str, Any], key: str, at: str) -> int:
        """Return a whole number, 1 where it is missing."""
        value = table.get(key, 1)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self.wrong(f"{at}.{key}", "must be a whole number")
        return 1

    def texts_table(self, table: Mapping[str, Any], key: str, at: str) -> dict[str, str]:
        """Return a table of texts."""
        value = table.get(key, {})
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return dict(value)
        self.wrong(at, "must be a table of strings in quotes")
        return {}

    def wrong(self, at: str, words: str) -> None:
        """Note a mistake once: where it is, and words that follow."""
        sentence = f"{self._file}: {at} {words}."
        if sentence not in self.mistakes:
            self.mistakes.append(sentence)
