"""Every setting that is in force, and where its value comes from; of the password, only where it comes from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.core import ParameterSource

from importer.cli.options.common import ACCOUNT, CONNECTION, IN_FILES
from importer.cli.server import connecting
from importer.cli.values import resolve, settings
from importer.cli.values.server import CredentialValues
from importer.cli.values.settings import PasswordSource
from importer.enswitch import shown_address
from importer.model import CheckResult, Health

ALWAYS = tuple(str(one.name) for one in (*ACCOUNT, *CONNECTION))
"""The settings that are shown even where they have their defaults."""

HIDDEN = "(hidden)"
NONE = "(none)"


class InForce(NamedTuple):
    """A setting: its name in a settings file, its value as text, and where that comes from."""

    name: str
    value: str
    source: str


def settings_in_force(values: CredentialValues, password: PasswordSource | None) -> Iterator[InForce]:
    """Yield the settings of the server, the source of the password, and all other settings that are set."""
    every = _every_option(values)
    for name in ALWAYS:
        value = resolve.journal(values.journal) if name == "journal" else every.values[name]
        value = shown_address(str(value)) if name == "url" and value else value
        yield InForce(_key(name), _text(value), resolve.source(name, every.origins[name]))
        if name == "username":
            yield InForce("password", HIDDEN if password else NONE, _password_source(values, password))
    for name in IN_FILES:
        if name not in every.values or name in ALWAYS or every.origins[name] is ParameterSource.DEFAULT:
            continue
        for text, origin in every.key_origins.get(name, {_text(every.values[name]): every.origins[name]}).items():
            yield InForce(_key(name), text, resolve.source(name, origin))


def examine_files(config: Path | None) -> CheckResult:
    """Return which settings files are read."""
    looked_for = [config] if config else [settings.of_the_user(), Path.cwd() / settings.FILE]
    there = [str(one) for one in looked_for if one.is_file()]
    if there:
        return CheckResult("settings", Health.OK, f"Read from {' and '.join(there)}.")
    places = " or ".join(map(str, looked_for))
    return CheckResult("settings", Health.OK, f"No settings file was found. It would be read from {places}.")


def _every_option(values: CredentialValues) -> resolve.Resolved:
    """Return the values of all options that can be set, as `import` would have them beside what was typed here."""
    context = click.get_current_context()
    group = context.find_root().command
    assert isinstance(group, click.Group)  # noqa: S101 -- for the type checker
    everything = group.commands["import"].make_context("import", ["FILE"], parent=context.parent)
    everything.params["config"] = values.config
    server = values.server if connecting.typed(values, "server") else None
    found = resolve.resolve_options(everything, server)
    own = {name: getattr(values, name) for name in values.origins}
    return resolve.Resolved({**found.values, **own}, {**found.origins, **values.origins}, found.key_origins)


def _password_source(values: CredentialValues, password: PasswordSource | None) -> str:
    if password is PasswordSource.FILE:
        named_by = resolve.source("password_file", values.origins["password_file"])
        return f"{values.password_file} (named by {named_by})"
    return str(password) if password else "nowhere"


def _key(name: str) -> str:
    return name.replace("_", "-")


def _text(value: Any) -> str:
    if value is None or value == ():
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
