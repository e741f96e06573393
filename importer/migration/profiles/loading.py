"""Profiles of old diallers: TOML becomes a profile, with all mistakes of the file at once."""

from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from importer.migration.profiles.reading import ProfileReader
from importer.migration.profiles.values import ProfileValues
from importer.security import NotToml, toml_text, toml_values
from schemas.profile import Profile


class ProfileRefused(ValueError):
    """A profile has mistakes: `mistakes` holds a sentence each, with the file and the key."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


def shipped() -> tuple[str, ...]:
    """Return the names of the systems that come with the program, in alphabetical order."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")))


def load_all() -> tuple[Profile, ...]:
    """Return all profiles that come with the program."""
    return tuple(load(system) for system in shipped())


def load(system: str | Path) -> Profile:
    """Return a profile by the name of its system, or by the path of the user's own file.

    Raises ProfileRefused with every mistake at once; also where there is no such profile or file.
    """
    if isinstance(system, str) and system in shipped():
        return read(_folder().joinpath(f"{system}.toml").read_text(encoding="utf-8"), f"{system}.toml")
    path = Path(system)
    try:
        text = toml_text(path.read_bytes())
    except NotToml as error:
        raise ProfileRefused([f"{path} {error}"]) from None
    except OSError as error:
        known = ", ".join(shipped())
        words = f"{system} is neither a known system nor a file that can be read ({error.strerror}). Known: {known}."
        raise ProfileRefused([words]) from None
    return read(text, path.name)


def read(text: str, file: str) -> Profile:
    """Return the profile that a TOML text describes; `file` is its name for messages. Raises ProfileRefused."""
    try:
        values = toml_values(text)
    except NotToml as error:
        raise ProfileRefused([f"{file}: this {error}"]) from None
    checked = ProfileValues(file)
    profile = ProfileReader(checked).profile(_with_shared_leads(values, checked))
    if checked.mistakes:
        raise ProfileRefused(checked.mistakes)
    return profile


def _with_shared_leads(values: Mapping[str, Any], checked: ProfileValues) -> Mapping[str, Any]:
    """Return the tables of a profile with the [leads] of another one, where it says that its own are like these."""
    leads = values.get("leads")
    if not isinstance(leads, dict) or "like" not in leads:
        return values
    like = leads["like"]
    text = _folder().joinpath(f"{like}.toml").read_text(encoding="utf-8") if like in shipped() else ""
    shared = toml_values(text).get("leads")
    if shared is None:
        checked.wrong("leads.like", "must be the name of a profile that has [leads]")
        return {**values, "leads": {}}
    return {**values, "leads": {**shared, **{key: value for key, value in leads.items() if key != "like"}}}


def _folder() -> Traversable:
    return resources.files("schemas") / "profiles"
