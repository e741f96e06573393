"""On which line of a TOML file each key is; the parser of the standard library does not say."""

import re
import tomllib
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]
"""The keys from the top down to a value; in arrays, positions from 0."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    # A string in three quotes may end with up to two more of them.
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}|'
    + r"'''(?:[^']|'{1,2}(?!'))*'{3,5}|"
    + r'"(?:[^"\\\n]|\\.)*"|'
    + r"'[^'\n]*'",
    re.DOTALL,
)
_WORD = re.compile(r"[^,\]}#\n]+")
"""A number, a boolean, a date."""


def lines_of(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, on which each key and each element of an array begins; of a table, its first mention.

    `text` must be TOML that `tomllib` reads: nothing is checked here.
    """
    return _Scanner(text).scan()


class _Scanner:
    """Walks once through a document; `at` is where it is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[KeyPath, int] = {}
        self._lengths: dict[KeyPath, int] = {}
        """How many tables each array of tables has so far."""

    def scan(self) -> dict[KeyPath, int]:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._next() == "[":
                table = self._header()
            else:
                self._assignment(table)
            self._skip(_BLANK)
        return self._found

    def _header(self) -> KeyPath:
        """Walk over [table] or [[array]] and return the path of what follows it."""
        line, many = self._line(), self._text.startswith("[[", self._at)
        self._at += 2 if many else 1
        *above, last = self._keys()
        path: KeyPath = ()
        for key in above:
            path = self._last((*path, key), line)
        path = (*path, last)
        if many:
            self._note(path, line)
            self._lengths[path] = self._lengths.get(path, 0) + 1
        self._at += 2 if many else 1
        return self._last(path, line)

    def _last(self, path: KeyPath, line: int) -> KeyPath:
        """Note a table and return its path; of an array of tables, that of its last element."""
        self._note(path, line)
        if path not in self._lengths:
            return path
        path = (*path, self._lengths[path] - 1)
        self._note(path, line)
        return path

    def _assignment(self, table: KeyPath) -> None:
        line, path = self._line(), table
        for key in self._keys():
            path = (*path, key)
            self._note(path, line)
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _keys(self) -> Iterator[str]:
        """Walk over a key with its dots, and the spaces on both sides, and yield its parts."""
        while True:
            self._skip(_BLANK)
            yield _plain(self._skip(_KEY))
            if not self._skip(_DOT):
                break
        self._skip(_BLANK)

    def _value(self, path: KeyPath) -> None:
        match self._next():
            case "[":
                self._each("]", path)
            case "{":
                self._each("}", path)
            case "'" | '"':
                self._skip(_STRING)
            case _ if not self._skip(_WORD):
                # Invalid TOML is not handled here, but must not cause an endless loop.
                self._at += 1

    def _each(self, end: str, path: KeyPath) -> None:
        """Walk over an array, or a table within braces."""
        self._at += 1
        self._skip(_BLANK)
        position = 0
        while self._next() not in (end, ""):
            if end == "]":
                self._note((*path, position), self._line())
                self._value((*path, position))
            else:
                self._assignment(path)
            position += 1
            self._skip(_BLANK)
            if self._next() == ",":
                self._at += 1
                self._skip(_BLANK)
        self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        """Walk over what a pattern matches here, and return it; "" if it matches nothing."""
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _note(self, path: KeyPath, line: int) -> None:
        self._found.setdefault(path, line)


def _plain(key: str) -> str:
    return str(tomllib.loads(f"key = {key}")["key"]) if key[0] in "\"'" else key
