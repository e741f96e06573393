"""The options of the command line, each also from a variable and a file of settings: declarations, nothing else."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from importer.cli import settings
from importer.cli.option_types import PATH, Assignment, Number
from importer.model import OnChange, OnExisting

Function = TypeVar("Function", bound=Callable[..., Any])


def _wrong_encoding(value: Any) -> str:
    """Say what is wrong with an encoding in a file of settings."""
    from importer.reading import OFTEN_MET, text_encoding

    if isinstance(value, str) and text_encoding(value):
        return ""
    return f"{value!r} is no encoding that is known. {OFTEN_MET}"


CHECKS: dict[str, settings.Check | None] = {}
"""The options that a file of settings may hold, by the names of their parameters, each with a look at its value."""


def option(name: str, check: settings.Check | None = None, **attributes: Any) -> Callable[[Function], Function]:
    """Declare an option that also comes from the variable CAMPAIGN_IMPORTER_<NAME> and from files of settings.

    `check` looks at the value in a file of settings when that is read.
    """
    parameter = name.lstrip("-").replace("-", "_")
    CHECKS[parameter] = check
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
