"""What the options amount to: flag before variable before file before default, as objects for the program."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from importer.cli import prompts, settings
from importer.cli.option_types import Values
from importer.cli.options import CHECKS
from importer.errors import WrongSettings, WrongUsage
from importer.model import OnChange, OnExisting, column_number
from importer.security import is_text
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.enswitch import Server
    from importer.model import Run
    from importer.run_options import ImportOptions, ReadingOptions, SendOptions


ORIGINS = "origins"
"""The key under which the settings stand that values come from, by the names of the options."""


def resolve_options(
    context: click.Context, server: str | None = None, tell: Callable[[str], None] = lambda _: None
) -> Values:
    """Return the value of every option of a command: flag, variable, file of settings or default.

    A server that is named by a flag, or by `server`, brings its whole section, before any variable. `tell` hears of a
    file that is not obeyed. Raises WrongSettings for files of settings that cannot be used.
    """
    values = dict(context.params)
    _check_text(context)
    by_flag = server is not None or context.get_parameter_source("server") is ParameterSource.COMMANDLINE
    files = settings.read(values.get("config"), server or values.get("server"), CHECKS, tell)
    origins: dict[str, settings.Setting] = {}
    for parameter in context.command.params:
        name = parameter.name or ""
        source = context.get_parameter_source(name)
        if source is ParameterSource.COMMANDLINE:
            continue
        said = files.server.get(name) if by_flag or source is not ParameterSource.ENVIRONMENT else None
        if source is not ParameterSource.ENVIRONMENT:
            said = said or files.general.get(name)
        if said is not None:
            values[name], origins[name] = _cast(context, parameter, said.value), said
    return {**values, ORIGINS: origins}


CLASHES: Mapping[tuple[str, str], str] = {
    ("no_header", "header_row"): "one says that there are no headings, and the other where they are",
    ("raw", "json"): "what --raw prints is JSON, a line a row",
    ("sheet", "all_sheets"): "one asks for a single sheet, and the other for all",
    ("quiet", "verbose"): "one asks for less to be said, and the other for more",
}
"""Options of which one leaves no meaning to the other, by the names of their parameters, and why."""

NEEDS = {"all_sheets": "raw", "answers": "profile"}
"""Options that mean something only beside another."""


def given(context: click.Context) -> frozenset[str]:
    """Return the names of the parameters that stand on the command line."""
    return frozenset(
        name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    )


def refuse_clashes(context: click.Context, values: Values) -> None:
    """Raise WrongUsage for options of the command line that do not go together."""
    said = given(context)
    for (one, other), why in CLASHES.items():
        if one in said and other in said:
            message = f"{_flag(one)} and {_flag(other)} do not go together: {why}. Leave one of the two out."
            raise WrongUsage(message, ProblemCode.CLASH)
    for one, needed in NEEDS.items():
        if one in said and not values[needed]:
            message = f"{_flag(one)} means nothing without {_flag(needed)}. Give both, or none."
            raise WrongUsage(message, ProblemCode.CLASH)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def import_options(values: Values) -> "ImportOptions":
    """Return what a run is to be made of."""
    from importer.run_options import ImportOptions

    defaults: dict[str, str] = {}
    for text in values["default"]:
        name, equals, value = text.partition("=")
        if not equals:
            message = f"--default {text}: write it as KEY=VALUE, such as --default dtype=queue."
            raise WrongUsage(message, ProblemCode.BAD_VALUE)
        if name.strip() in defaults:
            message = f"--default {name.strip()} is given twice. Leave one of the two out."
            raise WrongUsage(message, ProblemCode.CLASH)
        defaults[name.strip()] = value
    return ImportOptions(
        values["sheet"],
        defaults,
        values.get("disabled", False),
        values.get("marker", False),
        reading(values),
        _placed(values["column"]),
        OnChange(values.get("on_change", OnChange.REPORT)),
        values["profile"],
        values["answers"],
        on_existing(values) or OnExisting.REPORT,
    )


def on_existing(values: Values) -> OnExisting | None:
    """Return what is to become of rows that the server has already; None where nobody has said so."""
    said = values.get("on_existing")
    return OnExisting(said) if said else None


def reading(values: Values) -> "ReadingOptions":
    """Return how files are to be read."""
    from importer.run_options import MEBIBYTE, ReadingOptions

    return ReadingOptions(
        encoding=values["encoding"],
        delimiter=values["delimiter"],
        header_row=values["header_row"],
        no_header=values["no_header"],
        skip_hidden=values["skip_hidden"],
        max_rows=values["max_rows"],
        max_file_size=values["max_file_size"] * MEBIBYTE,
        memory=values["reader_memory"] * MEBIBYTE,
        seconds=values["reader_seconds"],
    )


def _placed(columns: Sequence[str]) -> dict[int, str]:
    """Return which parameter stands in which column, counted from 0; "" where it is the user's own."""
    from schemas.headings import OWN_COLUMN
    from schemas.parameters import BY_NAME

    placed: dict[int, str] = {}
    for text in columns:
        letters, equals, name = (part.strip() for part in text.partition("="))
        if not equals or not re.fullmatch("[A-Za-z]{1,3}", letters) or name not in (*BY_NAME, OWN_COLUMN):
            raise WrongUsage(
                f"--column {text}: write it as LETTER=KEY, such as B=dnumber, or B=- for a column of your own. "
                f"The keys are: {', '.join(BY_NAME)}.",
                ProblemCode.BAD_VALUE,
            )
        column = column_number(letters.upper()) - 1
        if column in placed:
            message = f"--column {letters.upper()} is given twice. Leave one of the two out."
            raise WrongUsage(message, ProblemCode.CLASH)
        placed[column] = "" if name == OWN_COLUMN else name
    return placed


def send_options(values: Values) -> "SendOptions":
    """Return how requests are to be sent."""
    from importer.run_options import SendOptions

    return SendOptions(
        values["workers"],
        values["rate"],
        values["max_errors"],
        values["max_error_share"],
        values["settle_wait"],
        values.get("canary", 0),
    )


def journal(values: Values) -> Path:
    """Return the path of the journal; through whatever link it is named, what lies beside it lies in one place."""
    path: Path = values["journal"] or settings.default_journal()
    return Path(os.path.realpath(path))


def server(context: click.Context, values: Values, run: "Run | None" = None) -> "Server":
    """Return the server to speak to; a run brings the address and the account that it was planned with.

    Asks for the password where there is none and a person can answer. Raises WrongSettings for what is missing.
    """
    from importer.enswitch import Server

    url = values["url"] or (run.url if run else None)
    username = values["username"] or (run.account if run else None)
    if not url or not username:
        missing = [f"--{name}" for name, value in (("url", url), ("username", username)) if not value]
        variables = " and ".join(settings.variable(name.removeprefix("--")) for name in missing)
        raise WrongSettings(
            f"{' and '.join(missing)} must be given: as options, as {variables}, or in campaign-importer.toml.",
            ProblemCode.MISSING_SETTING,
        )
    bundle = values["ca_bundle"]
    if bundle and not os.path.isfile(bundle):  # noqa: PTH113 -- Path.is_file raises where a folder may not be entered
        raise WrongSettings(f"--ca-bundle {bundle}: there is no such file. Check its name.", ProblemCode.BAD_VALUE)
    _refuse_mixture(context, values)
    found = Server(
        url=url,
        username=username,
        password=settings.password(
            values["password_file"], _prompt(username, url), file_first=_typed(context, "password_file")
        ),
        timeout=values["timeout"],
        ca_bundle=str(bundle) if bundle else None,
        allow_http=values["allow_http"],
    )
    _ = found.base_url
    return found


def _check_text(context: click.Context) -> None:
    """Refuse bytes that are no text in options and names of runs; of files, their readers say it better."""
    names = [one.name or "" for one in context.command.params if isinstance(one, click.Option) or one.name == "run"]
    for name in names:
        value = context.params[name]
        if not all(map(is_text, map(str, value if isinstance(value, tuple) else (value,)))):
            what = "The name of the run" if name == "run" else _flag(name)
            message = f"{what} holds bytes that are not text in your terminal's encoding. Type it again."
            raise WrongUsage(message, ProblemCode.BAD_VALUE)


def _refuse_mixture(context: click.Context, values: Values) -> None:
    """Refuse an address and credentials of which only one side is from the file of settings in the folder at hand.

    A password goes only to the server that it was given for. What a person types is asked for with the address.
    """
    if _typed(context, "url"):
        return
    origins = values[ORIGINS]
    by_variable = bool(os.environ.get(settings.PASSWORD_VARIABLE)) and not _typed(context, "password_file")
    parts = {"url": "address", "username": "user name"}
    if by_variable or values["password_file"]:
        parts["password" if by_variable else "password_file"] = "password"
    at_hand = [name for name in parts if name in origins and origins[name].at_hand]
    if at_hand and len(at_hand) < len(parts):
        sources = ", ".join(f"the {what} comes from {_source(context, values, name)}" for name, what in parts.items())
        raise WrongSettings(
            f"A password goes only to the server that it was given for, but {sources}. Give all of them in one place, "
            f"or name {origins[at_hand[0]].file} with --config (of `drop`: --settings) if you trust it.",
            ProblemCode.MIXED_SETTINGS,
        )


def _typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _source(context: click.Context, values: Values, name: str) -> str:
    """Return in words where the value of an option comes from; of a file of settings, its path."""
    if name in values[ORIGINS]:
        return str(values[ORIGINS][name].file)
    if _typed(context, name):
        return _flag(name)
    return f"the variable {settings.variable(name)}" if os.environ.get(settings.variable(name)) else "the run"


def _prompt(username: str, url: str) -> Callable[[], str] | None:
    return partial(prompts.password, username, url) if prompts.is_terminal() else None


def _cast(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    if isinstance(value, dict):
        value = [f"{key}={text}" for key, text in value.items()]
    try:
        return parameter.type_cast_value(context, value)
    except (click.BadParameter, TypeError) as error:
        raise WrongSettings(
            f"The setting {parameter.name}: {getattr(error, 'message', 'it is of another kind').rstrip('.')}. "
            "Correct it in the file of settings.",
            ProblemCode.BAD_VALUE,
        ) from None
