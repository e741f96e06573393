"""Settings: flag before environment before project file before user file before default; and the password.

Files that somebody else may have written are ignored. The user's file is trusted completely, and so is a file
named with --config. The one in the current folder may have come with a spreadsheet: it cannot send anything outside
its own folder and server, or skip a question.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs

from importer import security
from importer.cli.options.variables import PASSWORD_VARIABLE
from importer.errors import WrongSettings
from importer.model import PROGRAM, Secret
from importer.security import is_text
from schemas.likeness import suggestion
from schemas.problem_codes import ProblemCode

FILE = f"{PROGRAM}.toml"
PATHS = frozenset(("password_file", "ca_bundle", "journal", "dnc"))
NOT_AT_HAND = frozenset(("yes", "allow_http", "ca_bundle", "journal", "log", "results", "rejects", "report"))
"""What the file in the current folder may not set: whom to trust, where to write, and skipping questions."""

_COUNTRY = re.compile(r":[A-Za-z]{2}\Z")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Setting:
    """A value, and the file it comes from; `at_hand` if that was neither named nor is the user's own."""

    value: Any
    file: Path
    at_hand: bool


@dataclass(frozen=True)
class FromFiles:
    """The contents of the settings files: option names to values.

    `general` has one mapping for each file, the strongest last; the chosen server's section is separate.
    """

    general: tuple[Mapping[str, Setting], ...]
    server: Mapping[str, Setting]


NONE = FromFiles((), {})
"""No settings."""


@dataclass(frozen=True)
class _File:
    """A settings file; `at_hand` if it was neither named nor is the user's own."""

    path: Path
    content: bytes
    at_hand: bool = False


Check = Callable[[Any], str]
"""Returns what is wrong with a value, or nothing if it is right."""


def of_the_user() -> Path:
    """Return the path of the user's own settings file, if there is one."""
    return Path(platformdirs.user_config_dir(PROGRAM, appauthor=False)) / FILE


def read(
    config: Path | None, server: str | None, known: Mapping[str, Check | None], tell: Tell = lambda _: None
) -> FromFiles:
    """Read the settings files: the user's, then the one in this folder, which is stronger; or only `config`.

    `server` names a section `[servers.NAME]`, which one file gives as a whole; without it the file's own `server` does.
    `known` are the names of the options, with the check of their values, if any; `tell` is called about a file that
    is ignored. Raises WrongSettings with every mistake of all files at once.
    """
    mistakes: list[str] = []
    general: list[Mapping[str, Setting]] = []
    servers: dict[str, dict[str, Setting]] = {}
    for file in _files(config, tell):
        values = _load(file)
        of_all = {key: value for key, value in values.items() if key != "servers"}
        general.append(_checked(of_all, file, "", known, mistakes))
        for name, section in _sections(values.get("servers", {}), file.path, mistakes).items():
            servers[name] = _checked(section, file, f"servers.{name}.", known, mistakes)
    chosen = server or next((one["server"].value for one in reversed(general) if "server" in one), None)
    if chosen is not None and chosen not in servers:
        names = ", ".join(servers) or "none"
        meant = suggestion(chosen, servers) if isinstance(chosen, str) else ""
        mistakes.append(f"there is no section [servers.{chosen}].{meant} The servers are: {names}.")
    if mistakes:
        raise WrongSettings("The settings cannot be used:\n  " + "\n  ".join(mistakes), ProblemCode.SETTINGS_FILE)
    return FromFiles(tuple(general), servers[chosen] if chosen else {})


def servers(config: Path | None) -> tuple[str, ...]:
    """Return the names of all sections [servers.NAME] of the settings files."""
    sections = (_sections(_load(file).get("servers", {}), file.path, []) for file in _files(config, lambda _: None))
    return tuple(dict.fromkeys(name for section in sections for name in section))


class PasswordSource(StrEnum):
    """Where a password comes from, in the order of the search."""

    VARIABLE = f"the variable {PASSWORD_VARIABLE}"
    FILE = "the password file"
    KEY_STORE = "the system's key store"
    PROMPT = "typed when asked"


def given_password(file: Path | None, *, file_first: bool) -> PasswordSource | None:
    """Return whether a variable or a file gives the password; `file_first` says that a flag names the file."""
    if os.environ.get(PASSWORD_VARIABLE) and not (file and file_first):
        return PasswordSource.VARIABLE
    return PasswordSource.FILE if file is not None else None


def password(
    file: Path | None,
    ask: Callable[[], str] | None,
    *,
    file_first: bool,
    stored: Callable[[], Secret | None] = lambda: None,
) -> Secret:
    """Return the password: from the environment, a file, the key store, or a person.

    `file_first` says that the file was named by a flag and so comes before the environment. `stored` looks in the
    key store, and may raise KeyStoreUnusable. `ask` prompts; None if there is no terminal. Raises WrongSettings if
    there is no password.
    """
    source = given_password(file, file_first=file_first)
    # Removed from the environment for good; child processes started earlier do not get it either.
    from_environment = os.environ.pop(PASSWORD_VARIABLE, "")
    if source is PasswordSource.VARIABLE:
        return _secret(from_environment, PASSWORD_VARIABLE)
    if file is not None:
        return Secret(_first_line(file))
    trouble = ""
    try:
        if found := stored():
            return found
    except security.KeyStoreUnusable as error:
        trouble = f"{error} " if error.exists else ""
    if ask is None:
        message = (
            f"No password. {trouble}Set {PASSWORD_VARIABLE}, name a file with --password-file, or keep the password "
            "in the system's key store with `campaign-importer login`."
        )
        raise WrongSettings(message, ProblemCode.PASSWORD)
    return Secret(ask())


def secret(file: Path | None, variable: str) -> Secret | None:
    """Return a secret that is not for the server: from a file, or the environment; None if there is none."""
    if file is not None:
        return Secret(_first_line(file))
    found = os.environ.get(variable, "")
    return _secret(found, variable) if found else None


def _secret(text: str, variable: str) -> Secret:
    if not is_text(text):
        message = (
            f"The variable {variable} contains bytes that are not UTF-8 text. Set it in UTF-8, or use a file instead."
        )
        raise WrongSettings(message, ProblemCode.PASSWORD)
    return Secret(text)


def _first_line(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        message = f"The password file {file} cannot be read: {error.strerror}.{_name_or_permission(file)}"
        raise WrongSettings(message, ProblemCode.PASSWORD) from None
    except UnicodeDecodeError:
        message = f"The password file {file} is not UTF-8 text. Save it as UTF-8 in a text editor."
        raise WrongSettings(message, ProblemCode.PASSWORD) from None
    if not lines or not lines[0]:
        message = f"The password file {file} is empty. Its first line is the password."
        raise WrongSettings(message, ProblemCode.PASSWORD)
    return lines[0]


def _files(config: Path | None, tell: Tell) -> list[_File]:
    """Return the files to use, and report one that is ignored. Raises WrongSettings for one that cannot be read."""
    if config is not None:
        return [_File(config, _bytes(config, _ours_or_refused))]
    own, here = of_the_user(), Path.cwd() / FILE
    files = [_File(own, _bytes(own, _ours_or_refused))] if own.is_file() else []
    if here.is_file() and not (files and here.samefile(own)):
        try:
            files.append(_File(here, _bytes(here, security.read_ours), at_hand=True))
        except security.OpenToOthers as error:
            tell(f"The settings in {here} are ignored: {error.reason}. If they are yours: {error.cure}")
    return files


def _ours_or_refused(path: Path) -> bytes:
    try:
        return security.read_ours(path)
    except security.OpenToOthers as error:
        message = f"The settings in {path} cannot be used: {error.reason}. If they are yours: {error.cure}"
        raise WrongSettings(message, ProblemCode.OPEN_TO_OTHERS) from None


def _bytes(path: Path, read_file: Callable[[Path], bytes]) -> bytes:
    try:
        return read_file(path)
    except OSError as error:
        message = f"The settings file {path} cannot be read: {error.strerror}.{_name_or_permission(path)}"
        raise WrongSettings(message, ProblemCode.SETTINGS_FILE) from None


def _load(file: _File) -> dict[str, Any]:
    try:
        return security.toml_values(security.toml_text(file.content))
    except security.NotToml as error:
        raise WrongSettings(f"The settings file {file.path} {error}", ProblemCode.SETTINGS_FILE) from None


def _sections(servers: Any, path: Path, mistakes: list[str]) -> dict[str, dict[str, Any]]:
    """Return the sections [servers.NAME]; note what is not a section."""
    if not isinstance(servers, dict):
        mistakes.append(f"{path}: servers must be sections, such as [servers.production]")
        return {}
    for name, section in servers.items():
        if not isinstance(section, dict):
            mistakes.append(f"{path}: servers.{name} must be a section, [servers.{name}]")
    return {name: section for name, section in servers.items() if isinstance(section, dict)}


def _checked(
    values: Mapping[str, Any], file: _File, prefix: str, known: Mapping[str, Check | None], mistakes: list[str]
) -> dict[str, Setting]:
    """Return the values by names of options; note what is not allowed there, above all a password."""
    found: dict[str, Setting] = {}
    for key, value in values.items():
        name, where = key.replace("-", "_"), f"{file.path}: {prefix}{key}"
        if name == "password":
            mistakes.append(f"{where}: a password does not belong in a settings file. Use password_file.")
        elif name not in known:
            keys = f" Known keys: {', '.join(sorted(known))}."
            mistakes.append(f"{where} is an unknown key.{suggestion(name, sorted(known)) or keys}")
        elif name != key and name in values:
            mistakes.append(f"{where} and {name} are the same key. Remove one of them.")
        elif (check := known[name]) and (wrong := check(value)):
            mistakes.append(f"{where}: {wrong}")
        elif file.at_hand and name in NOT_AT_HAND:
            mistakes.append(
                f"{where} is not read from the current folder, because others may have put it there; {_elsewhere()}"
            )
        elif name in PATHS and all(isinstance(one, str) for one in _each(value)):
            paths = [str(file.path.parent / one) for one in _each(value)]
            found[name] = Setting(paths if isinstance(value, list) else paths[0], file.path, file.at_hand)
            if file.at_hand and not all(_is_beside(file.path, one) for one in _each(value)):
                mistakes.append(f"{where} must name a file in the current folder or below it; {_elsewhere()}")
        else:
            found[name] = Setting(value, file.path, file.at_hand)
    return found


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name_or_permission(file: Path) -> str:
    """Return how to fix a file that cannot be read, with a space before it."""
    # Only a file that cannot be read needs what writes and compares files.
    from importer.files import similar_name

    return similar_name(file) or " Check its name and its permissions."


def _elsewhere() -> str:
    return f"put it into {of_the_user()}, or name this file with --config (for `drop`: --settings)"


def _is_beside(file: Path, named: str) -> bool:
    """Return whether a named file is beside another or below it, and is not a link to one elsewhere."""
    # A do-not-call list may have a country behind a colon.
    found = (file.parent / _COUNTRY.sub("", named)).resolve()
    try:
        names = found.stat().st_nlink
    except OSError:
        names = 1  # the reader reports that it cannot be read
    return found.is_relative_to(file.parent.resolve()) and names == 1
