"""Resolves options, flag before variable before file before default, into objects for the program."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from importer.cli import merging, settings
from importer.cli.option_types import DncName, SheetName
from importer.cli.options import IN_FILES
from importer.cli.values import FileValues, FormValues, MakingValues, Origin, Origins, ReadingValues, Values
from importer.cli.variables import variable
from importer.errors import WrongSettings, WrongUsage
from importer.journal import default_path
from importer.model import OnChange, OnExisting, column_number
from importer.run_options import MEBIBYTE, ImportOptions, ReadingOptions
from importer.security import is_text
from schemas.headings import OWN_COLUMN, heading_key, heading_reader
from schemas.likeness import suggestion
from schemas.parameters import BY_NAME
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


def import_options(values: ReadingValues) -> ImportOptions:
    """Return the options for making a run."""
    defaults: dict[str, str] = {}
    typed: set[str] = set()
    origins = values.key_origins.get("default", {})
    for text in values.default:
        name, equals, value = text.partition("=")
        if not equals:
            message = f"--default {text}: write it as KEY=VALUE, such as --default dtype=queue."
            raise WrongUsage(message, ProblemCode.BAD_VALUE)
        if name.strip() in defaults:
            message = f"--default {name.strip()} is given twice. Remove one of them."
            raise WrongUsage(message, ProblemCode.CLASH)
        defaults[name.strip()] = value
        # A flag is meant for the files on the same command line; settings, for every file.
        if origins.get(text) is ParameterSource.COMMANDLINE:
            typed.add(name.strip())
    return ImportOptions(
        defaults={name: text for name, text in defaults.items() if name in typed},
        standing_defaults={name: text for name, text in defaults.items() if name not in typed},
        reading=reading(values),
        placed=_placed(values.column),
        profile=values.profile,
        answers=values.answers,
        require_timegroup=values.require_timegroup,
    )


def making_options(values: MakingValues) -> ImportOptions:
    """Return the options for making a run and for handling its rows."""
    return replace(
        import_options(values),
        disabled=values.disabled,
        marker=values.marker,
        on_change=OnChange(values.on_change),
        on_existing=on_existing(values.on_existing) or OnExisting.REPORT,
    )


def on_existing(said: str | None) -> OnExisting | None:
    """Return what to do with rows that are on the server already; None if not specified."""
    return OnExisting(said) if said else None


def reading(values: FormValues) -> ReadingOptions:
    """Return how tables of campaigns are to be read."""
    return replace(file_reading(values), heading_of=heading_reader(_headings(values.headings)))


def file_reading(values: FileValues) -> ReadingOptions:
    """Return how files are to be read, whatever their columns hold."""
    return ReadingOptions(
        sheet=values.sheet[0] if len(values.sheet) == 1 else None,
        encoding=values.encoding,
        delimiter=values.delimiter,
        header_row=values.header_row,
        no_header=values.no_header,
        skip_hidden=values.skip_hidden,
        max_rows=values.max_rows,
        max_file_size=values.max_file_size * MEBIBYTE,
        memory=values.reader_memory * MEBIBYTE,
        seconds=values.reader_seconds,
    )


def _headings(given: Sequence[str]) -> dict[str, str]:
    """Return the user's own headings with the fields that they mean."""
    own: dict[str, str] = {}
    for text in given:
        heading, equals, name = (part.strip() for part in text.rpartition("="))
        if not equals or not heading or name not in BY_NAME:
            meant = suggestion(name, BY_NAME) or f" The fields are: {', '.join(BY_NAME)}."
            message = f"--heading {text}: write it as TEXT=FIELD, such as Ziel=dnumber.{meant}"
            raise WrongUsage(message, ProblemCode.BAD_VALUE)
        alike = next((other for other in own if heading_key(other) == heading_key(heading)), None)
        if alike is not None and own[alike] != name:
            message = f"--heading: {alike!r} and {heading!r} are read as one heading. Let it stand for one field only."
            raise WrongUsage(message, ProblemCode.CLASH)
        own[heading] = name
    return own


def _placed(columns: Sequence[str]) -> dict[int, str]:
    """Return the parameter in each column, counted from 0; "" for a column that is not sent."""
    placed: dict[int, str] = {}
    for text in columns:
        letters, equals, name = (part.strip() for part in text.partition("="))
        if not equals or not re.fullmatch("[A-Za-z]{1,3}", letters) or name not in (*BY_NAME, OWN_COLUMN):
            raise WrongUsage(
                f"--column {text}: write it as LETTER=KEY, such as B=dnumber, or B=- for a column that is not sent. "
                f"The keys are: {', '.join(BY_NAME)}.",
                ProblemCode.BAD_VALUE,
            )
        column = column_number(letters.upper()) - 1
        if column in placed:
            message = f"--column {letters.upper()} is given twice. Remove one of them."
            raise WrongUsage(message, ProblemCode.CLASH)
        placed[column] = "" if name == OWN_COLUMN else name
    return placed


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
