"""What drop.toml says: all its mistakes at once, each with its line and key, or what is set."""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from importer.drop.config.conflicts import Conflicts, conflicts_of_handling, conflicts_of_the_top
from importer.drop.config.model import Drop, DropFolder, DropToml, Handling
from importer.drop.config.sentences import Sentences
from importer.drop.config.value_types import Surroundings
from importer.errors import WrongSettings
from importer.security import (
    KeyPath,
    NotToml,
    OpenToOthers,
    lines_of,
    mistakes_of,
    read_ours,
    toml_text,
    toml_values,
    values_without,
)
from schemas.problem_codes import ProblemCode

NAME = "drop.toml"

NAMED_BY_THE_USER = ("folder", "default", "column", "headings", "numbers_for", "timezones")
"""The tables whose keys are names that the user chooses."""

SHEETS = frozenset(("sheet", "all_sheets"))


def load(folder: Path, file: Path | None = None, servers: Collection[str] = ()) -> Drop:
    """Return what `file` says about a drop folder; without one, `drop.toml` in the folder, which may be missing.

    Relative paths in it start from its own folder. `servers` are the names of the servers that the settings
    have. Raises WrongSettings with every mistake at once, and for a file that others may have written: the right to
    drop files must not give anybody more than that.
    """
    path = file or folder / NAME
    text = "" if file is None and not os.path.lexists(path) else _read(path, folder)
    try:
        values = toml_values(text)
    except NotToml as error:
        line = error.line or len(text.splitlines())
        raise _refusal(path, [f"{path.name}, line {line}: this {error}"]) from None
    values = _with_underscores(values)
    lines = {_path_with_underscores(place): line for place, line in lines_of(text).items()}
    sentences = Sentences(path.name, lines, values)
    drop = _drop(folder, values, Surroundings(path.parent, tuple(servers)), sentences)
    if found := list(sentences):
        raise _refusal(path, found)
    return drop


def _with_underscores(values: Mapping[str, Any], path: KeyPath = ()) -> dict[str, Any]:
    """Return the values with underscores for dashes in their keys; of a key in both spellings one stays as it is."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        place = _path_with_underscores((*path, key))
        name = key if str(place[-1]) in values else str(place[-1])
        found[name] = _with_underscores(value, place) if isinstance(value, dict) else value
    return found


def _path_with_underscores(path: KeyPath) -> KeyPath:
    """Return a path of keys with underscores for dashes, except in names that the user chose."""
    above = (None, *path[:-1])
    return tuple(
        one.replace("-", "_") if isinstance(one, str) and over not in NAMED_BY_THE_USER else one
        for over, one in zip(above, path, strict=True)
    )


def _read(path: Path, folder: Path) -> str:
    try:
        return toml_text(read_ours(path))
    except OpenToOthers as error:
        message = f"{path} is ignored: {error.reason}, and it may name commands, files and servers. "
        raise WrongSettings(message + _closed(path, folder, error.cure), ProblemCode.OPEN_TO_OTHERS) from None
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}. Check its name and its permissions."
        raise WrongSettings(message, ProblemCode.SETTINGS_FILE) from None
    except NotToml as error:
        raise WrongSettings(f"{path} {error}", ProblemCode.SETTINGS_FILE) from None


def _refusal(path: Path, sentences: list[str]) -> WrongSettings:
    return WrongSettings(f"{path} cannot be used:\n  " + "\n  ".join(sentences), ProblemCode.SETTINGS_FILE)


def _closed(path: Path, folder: Path, cure: str) -> str:
    """Return how to keep others from writing the settings of a drop folder, which they may need to write to."""
    if path.resolve().is_relative_to(folder.resolve()) or path.parent.resolve().is_relative_to(folder.resolve()):
        return (
            "Move it where only you can write, such as beside the importer's settings, and name it with --config; "
            f"or, if nobody else needs to drop files: {cure}"
        )
    return f"If you wrote it yourself: {cure}"


def _drop(folder: Path, values: dict[str, Any], surroundings: Surroundings, sentences: Sentences) -> Drop:
    """Return what the values say, without those that are invalid; mistakes are added to `sentences`."""
    values = _usable(values, surroundings, sentences)
    top = DropToml.model_validate(values, context=surroundings)
    _note(conflicts_of_the_top(top), values, (), sentences)
    folders = []
    for path, own, all_that_holds in _tables(values):
        handling = Handling.model_validate(all_that_holds, context=surroundings)
        _note(conflicts_of_handling(handling), own, path, sentences)
        name = "".join(map(str, path[1:]))
        folders.append(DropFolder(folder / name, name, handling))
    return Drop(tuple(folders), top.poll, top.notify, top.heartbeat, top.retention, top.scrub)


def _usable(values: dict[str, Any], surroundings: Surroundings, sentences: Sentences) -> dict[str, Any]:
    """Return the values without those that are invalid, so that the others can be compared with one another."""
    noted = False
    while True:
        try:
            DropToml.model_validate(values, context=surroundings)
        except ValidationError as error:
            for mistake in mistakes_of(error.errors(include_url=False, include_input=False)):
                if not noted:
                    sentences.add_mistake(mistake)
                # What needs a key that is wrong goes with it in the next round.
                values = values_without(values, mistake.path[:-1] if mistake.type == "missing" else mistake.path)
            noted = True
        else:
            return values


def _tables(values: dict[str, Any]) -> Iterator[tuple[KeyPath, dict[str, Any], dict[str, Any]]]:
    """Yield the top and the table of each folder: its path, its own keys, and all that applies there."""
    top = {key: value for key, value in values.items() if key in Handling.model_fields}
    yield (), top, top
    for name, own in values.get("folder", {}).items():
        merged: dict[str, Any] = {
            key: {**top.get(key, {}), **own.get(key, {})} for key in ("default", "headings", "numbers_for", "timezones")
        }
        # Every list counts: whoever names one for a folder must not forget those of all folders.
        if lists := [one for table in (top, own) for one in table.get("dnc", ())]:
            merged["dnc"] = lists
        # One answers the same question as the other.
        above = {key: value for key, value in top.items() if key not in SHEETS or not SHEETS & own.keys()}
        yield ("folder", name), own, {**above, **own, **merged}


def _note(conflicts: Conflicts, own: Mapping[str, Any], path: KeyPath, sentences: Sentences) -> None:
    """Note what contradicts itself in a table or the top; what is in the top alone is not repeated per folder."""
    said = set(_names(own))
    for names, message in conflicts:
        if name := next((name for name in names if name in said), None):
            sentences.add((*path, *name.split(".")), message)


def _names(table: Mapping[str, Any], under: str = "") -> Iterator[str]:
    for key, value in table.items():
        yield f"{under}{key}"
        if isinstance(value, dict):
            yield from _names(value, f"{under}{key}.")
