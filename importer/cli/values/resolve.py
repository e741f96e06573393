"""Resolves options, flag before variable before file before default, into objects for the program."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from importer.cli.options.common import IN_FILES
from importer.cli.options.option_types import DncName, SheetName
from importer.cli.options.variables import variable
from importer.cli.values import merging, settings
from importer.cli.values.common import Origin, Origins, Values
from importer.errors import WrongSettings, WrongUsage
from importer.journal import default_path
from importer.security import is_text
from schemas.problem_codes import ProblemCode

V = TypeVar("V", bound=Values)


def _wrong_encoding(value: Any) -> str:
    """Return what is wrong with an encoding in a settings file."""
    # Few settings files name one, and commands that do not read a file need nothing else from `reading`.
    from importer.reading import OFTEN_MET, text_encoding

    if isinstance(value, str) and text_encoding(value):
        return ""
    return f"{value!r} is not a known encoding. {OFTEN_MET}"


CHECKS: Mapping[str, settings.Check] = {"encoding": _wrong_encoding}
"""Checks of values in a settings file, made when it is read, by the names of the options."""


@dataclass(frozen=True)
class Resolved:
    """The values of a command's options and arguments, and where each comes from, by the names of the parameters."""

    values: Mapping[str, Any]
    origins: Origins
    key_origins: Mapping[str, Origins]

    def into(self, kind: type[V]) -> V:
        """Return the values as a command takes them."""
        return kind(**self.values, origins=self.origins, key_origins=self.key_origins)


def resolve_options(
    context: click.Context, server: str | None = None, tell: Callable[[str], None] = lambda _: None
) -> Resolved:
    """Return the value of every option of a command: flag, variable, settings file or default.

    A server named by a flag, or by `server`, provides its whole section, before any variable. `tell` is called with a
    sentence about a file that is ignored. Raises WrongSettings for settings files that cannot be used.
    """
    values = dict(context.params)
    _check_text(context)
    by_flag = server is not None or context.get_parameter_source("server") is ParameterSource.COMMANDLINE
    known = {name: CHECKS.get(name) for name in IN_FILES}
    # A command without --config reads no settings, and works even if these files are wrong.
    reads = "config" in values
    files = settings.read(values["config"], server or values.get("server"), known, tell) if reads else settings.NONE
    origins: dict[str, Origin] = {}
    key_origins: dict[str, Origins] = {}
    for parameter in context.command.params:
        name = parameter.name or ""
        sources = _sources(context, parameter, files, by_flag=by_flag)
        origins[name] = sources[-1]
        if name in merging.KEYS:
            parts = merging.merged(name, [_value_of(context, parameter, one) for one in sources])
            values[name] = tuple(text for part in parts for text in part)
            key_origins[name] = {text: one for one, part in zip(sources, parts, strict=True) for text in part}
        else:
            values[name] = _value_of(context, parameter, sources[-1])
    return Resolved(values, origins, key_origins)


def _sources(
    context: click.Context, parameter: click.Parameter, files: settings.FromFiles, *, by_flag: bool
) -> list[Origin]:
    """Return everything that gives a value of a parameter, the strongest last; `by_flag`: a flag names the server."""
    name = parameter.name or ""
    said = context.get_parameter_source(name) or ParameterSource.DEFAULT
    general: list[Origin] = [one[name] for one in files.general if name in one]
    server: list[Origin] = [files.server[name]] if name in files.server else []
    # click does not say that there is a variable as well if there is a flag.
    is_set = said is ParameterSource.ENVIRONMENT or parameter.value_from_envvar(context) is not None
    from_variable: list[Origin] = [ParameterSource.ENVIRONMENT] if is_set else []
    from_flag: list[Origin] = [said] if said is ParameterSource.COMMANDLINE else []
    in_order = (from_variable, server) if by_flag else (server, from_variable)
    return [*general, *in_order[0], *in_order[1], *from_flag] or [said]


def _value_of(context: click.Context, parameter: click.Parameter, source: Origin) -> Any:
    """Return the value that a source gives."""
    name = parameter.name or ""
    if isinstance(source, settings.Setting):
        return _cast(context, parameter, source.value)
    if source is ParameterSource.ENVIRONMENT and source is not context.get_parameter_source(name):
        return parameter.type_cast_value(context, parameter.value_from_envvar(context))
    return context.params[name]


def given(context: click.Context) -> frozenset[str]:
    """Return the names of the parameters given on the command line."""
    return frozenset(
        name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    )


def flag(name: str) -> str:
    """Return the option of a parameter as it is typed."""
    return f"--{name.replace('_', '-')}"


def source(name: str, origin: settings.Setting | ParameterSource | None, otherwise: str = "default") -> str:
    """Return in words where the value of an option comes from; for a settings file, its path."""
    if isinstance(origin, settings.Setting):
        return str(origin.file)
    if origin is ParameterSource.COMMANDLINE:
        return flag(name)
    return f"the variable {variable(name)}" if os.environ.get(variable(name)) else otherwise


def journal(named: Path | None) -> Path:
    """Return the real path of the journal, so that the files beside it are in one place even if it is a link."""
    return Path(os.path.realpath(named or default_path()))


def _check_text(context: click.Context) -> None:
    """Refuse bytes that are not text in options and run IDs; for files, their readers give better messages."""
    names = [one.name or "" for one in context.command.params if isinstance(one, click.Option) or one.name == "run"]
    for name in names:
        value = context.params[name]
        if not all(map(is_text, map(str, value if isinstance(value, tuple) else (value,)))):
            what = "The name of the run" if name == "run" else flag(name)
            message = f"{what} contains bytes that are not text in your terminal's encoding. Type it again."
            raise WrongUsage(message, ProblemCode.BAD_VALUE)


def _cast(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    if isinstance(parameter.type, SheetName | DncName) and isinstance(value, str):
        value = [value]
    if isinstance(value, dict):
        value = [f"{key}={text}" for key, text in value.items()]
    try:
        return parameter.type_cast_value(context, value)
    except (click.BadParameter, TypeError) as error:
        raise WrongSettings(
            f"The setting {parameter.name}: {getattr(error, 'message', 'it has the wrong type').rstrip('.')}. "
            "Fix it in the settings file.",
            ProblemCode.BAD_VALUE,
        ) from None
