"""The options of the command line, each also from a variable and a file of settings, and what they amount to."""

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from importer.cli import prompts, settings
from importer.errors import WrongSettings, WrongUsage
from importer.model import OnChange, OnExisting, column_number
from importer.security import is_text
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.enswitch import Server
    from importer.model import Run
    from importer.run_options import ImportOptions, ReadingOptions, SendOptions

Function = TypeVar("Function", bound=Callable[..., Any])
Values = Mapping[str, Any]

PATH = click.Path(path_type=Path)
HOURS = {"h": 1, "d": 24, "w": 24 * 7}


class Number(click.FloatRange):
    """A number that is neither infinite nor none at all."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail with a sentence."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number that can be used.", param, ctx)
        return number


class Moment(click.ParamType[datetime]):
    """A moment of the past: a date, a date and time, or an age such as 12h, 90d or 6w."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, or fail with a sentence."""
        if isinstance(value, datetime):
            return value
        now = datetime.now().astimezone()
        if age := re.fullmatch(r"(\d{1,5}) *([hdw])", value.strip()):
            return now - timedelta(hours=int(age[1]) * HOURS[age[2]])
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is neither a date (2026-11-23) nor an age (12h, 90d, 6w).", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


class Assignment(click.ParamType[str]):
    """KEY=VALUE; in a variable, one a line, because values may hold spaces."""

    name = "assignment"
    envvar_list_splitter = "\n"


def _wrong_encoding(value: Any) -> str:
    """Say what is wrong with an encoding in a file of settings."""
    from importer.reading import OFTEN_MET, text_encoding

    if isinstance(value, str) and text_encoding(value):
        return ""
    return f"{value!r} is no encoding that is known. {OFTEN_MET}"


_names: dict[str, settings.Check | None] = {}


def option(name: str, check: settings.Check | None = None, **attributes: Any) -> Callable[[Function], Function]:
    """Declare an option that also comes from the variable CAMPAIGN_IMPORTER_<NAME> and from files of settings.

    `check` looks at the value in a file of settings when that is read.
    """
    parameter = name.lstrip("-").replace("-", "_")
    _names[parameter] = check
    return click.option(name, **{"envvar": settings.variable(parameter), **attributes})


GENERAL = "General"
"""The heading of the options that every command has."""

HEADINGS: dict[str, str] = {}
"""The heading under which `--help` shows an option, by the name of its parameter; others stand first."""


def group(*options: Callable[[Any], Any], title: str = "") -> Callable[[Function], Function]:
    """Join options; `--help` shows them in this order, under the title of the innermost group that has one."""
    if title:
        command = click.Command(None)
        for one in options:
            one(command)
        for parameter in command.params:
            HEADINGS.setdefault(parameter.name or "", title)

    def decorate(function: Function) -> Function:
        for one in reversed(options):
            function = one(function)
        return function

    return decorate


CONFIG = click.option(
    "--config",
    envvar=settings.variable("config"),
    type=PATH,
    metavar="FILE",
    help="Read settings from this file alone.",
)
SHOWING = group(
    option("--json", is_flag=True, help="Print one JSON document on standard output."),
    option("--quiet", is_flag=True, help="Say nothing but errors."),
    option("--verbose", is_flag=True, help="Say each stage as it begins."),
    option("--no-color", is_flag=True, help="No colours. So does a variable NO_COLOR that is not empty."),
    title=GENERAL,
)
FORM = group(
    option("--sheet", metavar="NAME", help="The sheet to read, by its name or by its number from 1."),
    option(
        "--encoding", _wrong_encoding, metavar="NAME", help="Of a text file, such as windows-1252. [default: found out]"
    ),
    option("--delimiter", metavar="CHARACTER", help="Between the fields of a text file. [default: found out]"),
    option(
        "--header-row",
        type=click.IntRange(1),
        metavar="N",
        help="The row that holds the headings. [default: found out]",
    ),
    option("--no-header", is_flag=True, help="The file has no headings; say what the columns hold with --column."),
    option("--skip-hidden", is_flag=True, help="Leave out rows that are hidden or filtered out."),
    option(
        "--max-rows",
        type=click.IntRange(1),
        default=2_000_000,
        show_default=True,
        metavar="N",
        help="Refuse a file with more rows.",
    ),
    option(
        "--max-file-size",
        type=click.IntRange(1),
        default=500,
        show_default=True,
        metavar="MIB",
        help="Refuse a larger file.",
    ),
    option(
        "--reader-memory",
        type=click.IntRange(100),
        default=1000,
        show_default=True,
        metavar="MIB",
        help="What the process that reads a workbook may take.",
    ),
    option(
        "--reader-seconds",
        type=Number(1),
        default=20.0,
        show_default=True,
        metavar="SECONDS",
        help="How long the process that reads a workbook may be silent.",
    ),
    title="Reading the file",
)
PROFILE = option(
    "--profile",
    metavar="NAME",
    help="The file is the export of an old dialler: the name of a profile, a file of your own, or auto.",
)
READING = group(
    FORM,
    PROFILE,
    option("--answers", type=PATH, metavar="FILE", help="With --profile: what `profiles init` has asked you."),
    option(
        "--column",
        multiple=True,
        type=Assignment(),
        metavar="LETTER=KEY",
        help="What a column holds, whatever its heading, such as B=dnumber; D=- is your own. May be repeated.",
    ),
    option(
        "--default",
        multiple=True,
        type=Assignment(),
        metavar="KEY=VALUE",
        help="The text of a column that the sheet lacks, for every row. May be repeated.",
    ),
    title="Reading the file",
)
JOURNAL = group(
    option("--journal", type=PATH, metavar="FILE", help="The journal. [default: in your state directory]"),
    title="Journal",
)
SERVER = group(
    option("--server", metavar="NAME", help="Take the settings of [servers.NAME] in campaign-importer.toml."),
    option("--url", metavar="URL", help="Base address of the API, such as https://pbx.example.com/api/json/."),
    option("--username", metavar="NAME", help="A web user of the phone system with the administrator role."),
    option(
        "--password-file",
        type=PATH,
        metavar="FILE",
        help=f"A file whose first line is the password. Else {settings.PASSWORD_VARIABLE}, or a prompt.",
    ),
    option("--ca-bundle", type=PATH, metavar="FILE", help="Trust these certificates, of your own authority."),
    option("--allow-http", is_flag=True, help="Send the password unencrypted to a host that is not this one."),
    option(
        "--timeout",
        type=Number(0.05),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="Wait so long for answers.",
    ),
    JOURNAL,
    title="Server",
)
SENDING = group(
    option(
        "--workers",
        type=click.IntRange(1, 256),
        default=4,
        show_default=True,
        metavar="N",
        help="Send so many requests at once.",
    ),
    option("--rate", type=Number(0, min_open=True), metavar="N", help="At most so many requests a second."),
    option(
        "--max-errors",
        type=click.IntRange(1),
        default=10,
        show_default=True,
        metavar="N",
        help="Stop after so many failures of the same kind in a row that are not about a row's data.",
    ),
    option(
        "--max-error-share",
        type=Number(0, 1),
        default=0.5,
        show_default=True,
        metavar="SHARE",
        help="Stop when more than this share of the last 50 rows failed so.",
    ),
    option(
        "--settle-wait",
        type=Number(0),
        metavar="SECONDS",
        help="Wait so long before a row that was lost on the way is looked up again. [default: as --timeout]",
    ),
    title="Sending",
)
CANARY = group(
    option(
        "--canary",
        type=click.IntRange(0),
        default=0,
        metavar="N",
        help="Create the first N, read them back, and go on only if the server holds what was sent.",
    ),
    title="Sending",
)
ON_EXISTING = group(
    option(
        "--on-existing",
        type=click.Choice([str(one) for one in OnExisting]),
        help="What to do with a row whose campaign the server has already, though the journal does not know of it. "
        "[default: report, or as planned]",
    ),
    title="What is created",
)
MAKING = group(
    option("--disabled", is_flag=True, help="Create all campaigns with enabled 0; `enable RUN` switches them on."),
    option("--marker", is_flag=True, help="Append a token to descriptions: lost rows are then found for certain."),
    option(
        "--on-change",
        type=click.Choice([str(one) for one in OnChange]),
        default=str(OnChange.REPORT),
        show_default=True,
        help="What to do with a row that has the name and customer of a campaign that was created with other values.",
    ),
    ON_EXISTING,
    title="What is created",
)
RESULTS = group(
    option("--results", type=PATH, metavar="FILE", help="Where the results go. [default: beside the input]"),
    option("--report", type=PATH, metavar="FILE.html", help="Write a page to look at: charts, problems, all rows."),
    option(
        "--copy-up-to",
        type=click.IntRange(0),
        default=100_000,
        show_default=True,
        metavar="N",
        help="Hand back a copy of your own workbook up to so many rows, a plain one beyond.",
    ),
    title="Results",
)
LOG = group(
    option("--log", type=PATH, metavar="FILE", help="Add a JSON line to this file for all that happens to a row."),
    option("--anonymise", is_flag=True, help="With --log: leave out names, numbers and messages."),
    title="Log",
)
YES = option("--yes", envvar=None, is_flag=True, help="Do not ask before anything is done.")
"""Without a variable: one that is set somewhere and forgotten would take every question away, unseen."""

ORIGINS = "origins"
"""The key under which the settings stand that values come from, by the names of the options."""


def resolve(context: click.Context, server: str | None = None, tell: Callable[[str], None] = lambda _: None) -> Values:
    """Return the value of every option of a command: flag, variable, file of settings or default.

    A server that is named by a flag, or by `server`, brings its whole section, before any variable. `tell` hears of a
    file that is not obeyed. Raises WrongSettings for files of settings that cannot be used.
    """
    values = dict(context.params)
    _check_text(context)
    by_flag = server is not None or context.get_parameter_source("server") is ParameterSource.COMMANDLINE
    files = settings.read(values.get("config"), server or values.get("server"), _names, tell)
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
