"""What is wrong with drop.toml, as sentences: the line, the key as it is written there, and what to write instead."""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from importer.drop.config.keys import ALL, EACH, PER_FILE, Key
from importer.drop.config.value_types import InvalidValue, SecretInFile, Unusable
from importer.security import KeyPath, TomlMistake, value_at

MAIL_PASSWORD_VARIABLE = "CAMPAIGN_IMPORTER_MAIL_PASSWORD"  # noqa: S105 -- the name of a variable
WEBHOOK_SECRET_VARIABLE = "CAMPAIGN_IMPORTER_WEBHOOK_SECRET"  # noqa: S105 -- the name of a variable

_SECRET = re.compile(r"(?:.*_)?(?:pass(?:word|wd|phrase)?|secret|token|api_?key)", re.IGNORECASE)
_LONGEST_SHOWN = 60


class Sentences:
    """Collects what is wrong with one file, each with its line."""

    def __init__(self, name: str, lines: Mapping[KeyPath, int], values: Mapping[str, Any]) -> None:
        self._name = name
        self._lines = lines
        self._values = values
        self._found: set[tuple[int, str]] = set()

    def __iter__(self) -> Iterator[str]:
        """Yield all sentences, in the order of the file."""
        return (sentence for _, sentence in sorted(self._found))

    def add(self, path: KeyPath, message: str) -> None:
        """Add what is wrong with the value of a key."""
        line = self._lines.get(path, 1)
        self._found.add((line, f"{self._name}, line {line}, {_dotted(path)}: {message}"))

    def add_mistake(self, mistake: TomlMistake) -> None:
        """Add what pydantic has found."""
        path = mistake.path
        folder, inner = (path[:2], path[2:]) if path[0] == "folder" else ((), path)
        if isinstance(mistake.error, Unusable):
            self.add(path, str(mistake.error))
        elif folder and not inner and mistake.type != "missing":
            example = _dotted(path) if path[1:] else 'folder."acme"'
            self.add(path, f"{self._shown(path)} is not a table. Write it as [{example}].")
        elif mistake.type == "extra_forbidden":
            self.add(path, self._unknown(folder, *inner))
        else:
            self._add_wrong_value(mistake, folder, tuple(map(str, inner)))

    def _add_wrong_value(self, mistake: TomlMistake, folder: KeyPath, inner: tuple[str, ...]) -> None:
        keys = PER_FILE if folder else ALL
        name = ".".join(inner)
        if mistake.type == "missing":
            self.add((*folder, *inner[:-1]), f"{inner[-1]} is missing. Write it as {keys[name].usage}.")
        elif below := next((key for key in keys if key.startswith(f"{name}.")), None):
            message = f"{self._shown(mistake.path)} is not a table. Write it as {_under(folder, keys[below])}."
            self.add(mistake.path, message)
        elif entries := keys.get(f"{inner[0]}.{EACH}"):
            self._add_wrong_entry(mistake, folder, entries)
        else:
            known = next(at for at in range(len(inner), 0, -1) if ".".join(inner[:at]) in keys)
            self._add_wrong((*folder, *inner[:known]), keys[".".join(inner[:known])], mistake)

    def _add_wrong_entry(self, mistake: TomlMistake, folder: KeyPath, key: Key) -> None:
        path = mistake.path[: len(folder) + 2]
        if key.named and mistake.of_name:
            message = str(mistake.error or "") or f"is not {key.named.words}."
            self.add(path, f"{path[-1]} {message} Write it as {_under(folder, key)}.")
        else:
            self._add_wrong(path, key, mistake)

    def _add_wrong(self, path: KeyPath, key: Key, mistake: TomlMistake) -> None:
        own = mistake.error if isinstance(mistake.error, InvalidValue) else InvalidValue()
        shown = "" if isinstance(own, SecretInFile) else f"{self._shown(path)} "
        message = str(own) or f"is not {key.kind.words}."
        self.add(path, f"{shown}{message} Write it as {_dotted(path)} = {key.kind.example}.")

    def _unknown(self, folder: KeyPath, *inner: str | int) -> str:
        *above, key = map(str, inner)
        under = "".join(f"{one}." for one in above)
        if _SECRET.fullmatch(key):
            return f"secrets such as a password do not belong in {self._name}. {_secret_cure(under)}"
        here = [name.removeprefix(under) for name in (PER_FILE if folder else ALL) if name.startswith(under)]
        here = list(dict.fromkeys(name.split(".")[0] for name in here))
        if close := difflib.get_close_matches(key, here, n=1):
            return f"unknown key. Did you mean {_dotted((*folder, *above, close[0]))}?"
        if elsewhere := [name for name in ALL if name.split(".")[-1] == key]:
            return f"this key does not belong here. {_right_place(elsewhere[0])}"
        return f"unknown key. Known keys: {', '.join(here)}."

    def _shown(self, path: KeyPath) -> str:
        """Return a value as it is written in the file, or nearly so."""
        text = json.dumps(value_at(self._values, path), ensure_ascii=False, default=str)
        return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _right_place(name: str) -> str:
    table, _, last = name.rpartition(".")
    return f"{last} belongs " + (f"in the table [{table}]." if table else "at the top, before the first [table].")


def _secret_cure(under: str) -> str:
    match under:
        case "notify.mail.":
            return f"Put it in a file and name that with password_file, or set {MAIL_PASSWORD_VARIABLE}."
        case "notify.webhook.":
            return f"Put it in a file and name that with secret_file, or set {WEBHOOK_SECRET_VARIABLE}."
        case _:
            return "Put it in a separate file, and name that file where the secret is needed."


def _dotted(path: KeyPath) -> str:
    parts = (
        part if re.fullmatch("[A-Za-z0-9_-]+", part) else json.dumps(part, ensure_ascii=False)
        for part in map(str, path)
    )
    return ".".join(
        f'"{part}"' if path[0] == "folder" and at == 1 and part[0] != '"' else part for at, part in enumerate(parts)
    )


def _under(folder: KeyPath, key: Key) -> str:
    """Return how to write a key of a folder's table."""
    return f"{_dotted(folder)}.{key.usage}" if folder else key.usage
