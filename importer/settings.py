"""Settings: flag before environment before project file before user file before default; and the password."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from importer.errors import WrongSettings
from importer.model import Secret
from schemas.faults import Fault

NAME = "campaign-importer"
FILE = f"{NAME}.toml"
PASSWORD_VARIABLE = "CAMPAIGN_IMPORTER_PASSWORD"  # noqa: S105 -- the name of a variable
PATHS = frozenset(("password_file", "ca_bundle", "journal"))


@dataclass(frozen=True)
class FromFiles:
    """What the files of settings say: option names to values, those of the chosen server's section apart."""

    general: Mapping[str, Any]
    server: Mapping[str, Any]


def variable(option: str) -> str:
    """Return the environment variable of an option."""
    return f"CAMPAIGN_IMPORTER_{option.upper()}"


def default_journal() -> Path:
    """Return where the journal is unless told otherwise: in the user's state directory."""
    return Path(platformdirs.user_state_dir(NAME, appauthor=False)) / "journal.sqlite3"


Check = Callable[[Any], str]
"""Says what is wrong with a value; nothing where it is right."""


def read(config: Path | None, server: str | None, known: Mapping[str, Check | None]) -> FromFiles:
    """Read the files of settings: the user's, then the one in this folder, whose values win; or `config` alone.

    `server` names a section `[servers.NAME]`; without it the file's own `server` does. `known` are the names of the
    options, with what looks at their values here, if anything. Raises WrongSettings with every mistake of all files at
    once.
    """
    mistakes: list[str] = []
    general: dict[str, Any] = {}
    servers: dict[str, dict[str, Any]] = {}
    for path in _files(config):
        values = _load(path)
        general |= _checked({key: values[key] for key in values.keys() - {"servers"}}, path, "", known, mistakes)
        for name, section in _sections(values.get("servers", {}), path, mistakes).items():
            servers.setdefault(name, {}).update(_checked(section, path, f"servers.{name}.", known, mistakes))
    chosen = server or general.get("server")
    if chosen is not None and chosen not in servers:
        names = ", ".join(servers) or "none"
        mistakes.append(f"there is no section [servers.{chosen}]; the servers are: {names}")
    if mistakes:
        raise WrongSettings("The settings cannot be used:\n  " + "\n  ".join(mistakes), Fault.SETTINGS_FILE)
    return FromFiles(general, servers[chosen] if chosen else {})


def password(file: Path | None, ask: Callable[[], str] | None, *, file_first: bool) -> Secret:
    """Return the password: from the environment, a file, or a person.

    `file_first` says that the file was named by a flag and so comes before the environment. `ask` prompts; None where
    nobody is there to answer. Raises WrongSettings where there is none.
    """
    from_environment = os.environ.pop(PASSWORD_VARIABLE, "")
    if from_environment and not (file and file_first):
        # Taken out of the environment, so that no process that we start inherits it.
        return Secret(from_environment)
    if file is not None:
        return Secret(_first_line(file))
    if ask is None:
        words = f"There is no password. Set {PASSWORD_VARIABLE}, or name a file with --password-file."
        raise WrongSettings(words, Fault.PASSWORD)
    return Secret(ask())


def secret(file: Path | None, variable: str) -> Secret | None:
    """Return a secret that somebody else than the server wants: from a file, or the environment; None without one."""
    if file is not None:
        return Secret(_first_line(file))
    found = os.environ.get(variable, "")
    return Secret(found) if found else None


def _first_line(file: Path) -> str:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        words = f"The password file {file} cannot be read: {error.strerror}. Check its name and the right to read it."
        raise WrongSettings(words, Fault.PASSWORD) from None
    except UnicodeDecodeError:
        words = f"The password file {file} is not UTF-8 text. Save it as UTF-8 in an editor."
        raise WrongSettings(words, Fault.PASSWORD) from None
    if not lines or not lines[0]:
        words = f"The password file {file} is empty. Its first line is the password."
        raise WrongSettings(words, Fault.PASSWORD)
    return lines[0]


def _files(config: Path | None) -> list[Path]:
    if config is not None:
        return [config]
    candidates = [Path(platformdirs.user_config_dir(NAME, appauthor=False)) / FILE, Path.cwd() / FILE]
    return [path for path in candidates if path.is_file()]


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        words = f"The settings file {path} cannot be read: {error.strerror}. Check its name and the right to read it."
        raise WrongSettings(words, Fault.SETTINGS_FILE) from None
    except ValueError as error:
        words = f"The settings file {path} is not TOML: {error}. Correct it there."
        raise WrongSettings(words, Fault.SETTINGS_FILE) from None


def _sections(servers: Any, path: Path, mistakes: list[str]) -> dict[str, dict[str, Any]]:
    """Return the sections [servers.NAME]; note what is none."""
    if not isinstance(servers, dict):
        mistakes.append(f"{path}: servers must be sections, such as [servers.production]")
        return {}
    for name, section in servers.items():
        if not isinstance(section, dict):
            mistakes.append(f"{path}: servers.{name} must be a section, [servers.{name}]")
    return {name: section for name, section in servers.items() if isinstance(section, dict)}


def _checked(
    values: Mapping[str, Any], path: Path, prefix: str, known: Mapping[str, Check | None], mistakes: list[str]
) -> dict[str, Any]:
    """Return the values under the names of options; note what is unknown, and a password above all."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = key.replace("-", "_")
        if name == "password":
            mistakes.append(f"{path}: {prefix}{key}: a password does not belong in a settings file; use password-file")
        elif name not in known:
            options = ", ".join(sorted(option.replace("_", "-") for option in known))
            mistakes.append(f"{path}: {prefix}{key} is unknown; there are: {options}")
        elif (check := known[name]) and (wrong := check(value)):
            mistakes.append(f"{path}: {prefix}{key}: {wrong}")
        else:
            found[name] = str(path.parent / value) if name in PATHS and isinstance(value, str) else value
    return found
