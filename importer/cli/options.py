"""The options of the command line, each also from a variable and a file of settings: declarations, nothing else."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import click

from importer.cli.option_types import PATH, Assignment, Number
from importer.cli.variables import PASSWORD_VARIABLE, variable

OWN = "Options"
"""The heading of the options that belong to one command, which stand first."""

GENERAL = "General"
"""The heading of the options that every command has."""

REPORT = "report"
ON_CHANGE_WORDS = ("create", REPORT, "update")
ON_EXISTING_WORDS = (REPORT, "create")
"""The words of OnChange and OnExisting, which tests compare: the help would wait for all of `model` otherwise."""


class Option(click.Option):
    """An option with the heading under which `--help` shows it."""

    def __init__(self, name: str, *names: str, heading: str = OWN, **attributes: Any) -> None:
        super().__init__([name, *names], **attributes)
        self.heading = heading


def _shared(heading: str, name: str, **attributes: Any) -> Option:
    """Return an option that also comes from the variable CAMPAIGN_IMPORTER_<NAME> and from files of settings."""
    parameter = name.lstrip("-").replace("-", "_")
    return Option(name, heading=heading, **{"envvar": variable(parameter), **attributes})


_general = partial(_shared, GENERAL)
_reading = partial(_shared, "Reading the file")
_created = partial(_shared, "What is created")
_journal = partial(_shared, "Journal")
_server = partial(_shared, "Server")
_sending = partial(_shared, "Sending")
_results = partial(_shared, "Results")
_log = partial(_shared, "Log")

CONFIG = Option(
    "--config", envvar=variable("config"), type=PATH, metavar="FILE", help="Read settings from this file alone."
)
SHOWING = (
    _general("--json", is_flag=True, help="Print one JSON document on standard output."),
    _general("--quiet", is_flag=True, help="Say nothing but errors."),
    _general("--verbose", is_flag=True, help="Say each stage as it begins."),
    _general("--no-color", is_flag=True, help="No colours. So does a variable NO_COLOR that is not empty."),
)
FORM = (
    _reading("--sheet", metavar="NAME", help="The sheet to read, by its name or by its number from 1."),
    _reading("--encoding", metavar="NAME", help="Of a text file, such as windows-1252. [default: found out]"),
    _reading("--delimiter", metavar="CHARACTER", help="Between the fields of a text file. [default: found out]"),
    _reading(
        "--header-row",
        type=click.IntRange(1),
        metavar="N",
        help="The row that holds the headings. [default: found out]",
    ),
    _reading("--no-header", is_flag=True, help="The file has no headings; say what the columns hold with --column."),
    _reading("--skip-hidden", is_flag=True, help="Leave out rows that are hidden or filtered out."),
    _reading(
        "--max-rows",
        type=click.IntRange(1),
        default=2_000_000,
        show_default=True,
        metavar="N",
        help="Refuse a file with more rows.",
    ),
    _reading(
        "--max-file-size",
        type=click.IntRange(1),
        default=500,
        show_default=True,
        metavar="MIB",
        help="Refuse a larger file.",
    ),
    _reading(
        "--reader-memory",
        type=click.IntRange(100),
        default=1000,
        show_default=True,
        metavar="MIB",
        help="What the process that reads a workbook may take.",
    ),
    _reading(
        "--reader-seconds",
        type=Number(1),
        default=20.0,
        show_default=True,
        metavar="SECONDS",
        help="How long the process that reads a workbook may be silent.",
    ),
)
PROFILE = _reading(
    "--profile",
    metavar="NAME",
    help="The file is the export of an old dialler: the name of a profile, a file of your own, or auto.",
)
READING = (
    *FORM,
    PROFILE,
    _reading("--answers", type=PATH, metavar="FILE", help="With --profile: what `profiles init` has asked you."),
    _reading(
        "--column",
        multiple=True,
        type=Assignment(),
        metavar="LETTER=KEY",
        help="What a column holds, whatever its heading, such as B=dnumber; D=- is your own. May be repeated.",
    ),
    _reading(
        "--default",
        multiple=True,
        type=Assignment(),
        metavar="KEY=VALUE",
        help="The text of a column that the sheet lacks, for every row. May be repeated.",
    ),
)
JOURNAL = (_journal("--journal", type=PATH, metavar="FILE", help="The journal. [default: in your state directory]"),)
ACCOUNT = (
    _server("--server", metavar="NAME", help="Take the settings of [servers.NAME] in campaign-importer.toml."),
    _server("--url", metavar="URL", help="Base address of the API, such as https://pbx.example.com/api/json/."),
    _server("--username", metavar="NAME", help="A web user of the phone system with the administrator role."),
)
PASSWORD_FILE = _server(
    "--password-file",
    type=PATH,
    metavar="FILE",
    help=f"A file whose first line is the password. Else {PASSWORD_VARIABLE}, what `login` keeps, or a prompt.",
)
CONNECTION = (
    _server("--ca-bundle", type=PATH, metavar="FILE", help="Trust these certificates, of your own authority."),
    _server("--allow-http", is_flag=True, help="Send the password unencrypted to a host that is not this one."),
    _server(
        "--timeout",
        type=Number(0.05),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="Wait so long for answers.",
    ),
    *JOURNAL,
)
SERVER = (*ACCOUNT, PASSWORD_FILE, *CONNECTION)
SENDING = (
    _sending(
        "--workers",
        type=click.IntRange(1, 256),
        default=4,
        show_default=True,
        metavar="N",
        help="Send so many requests at once.",
    ),
    _sending("--rate", type=Number(0, min_open=True), metavar="N", help="At most so many requests a second."),
    _sending(
        "--max-errors",
        type=click.IntRange(1),
        default=10,
        show_default=True,
        metavar="N",
        help="Stop after so many failures of the same kind in a row that are not about a row's data.",
    ),
    _sending(
        "--max-error-share",
        type=Number(0, 1),
        default=0.5,
        show_default=True,
        metavar="SHARE",
        help="Stop when more than this share of the last 50 rows failed so.",
    ),
    _sending(
        "--settle-wait",
        type=Number(0),
        metavar="SECONDS",
        help="Wait so long before a row that was lost on the way is looked up again. [default: as --timeout]",
    ),
)
CANARY = (
    _sending(
        "--canary",
        type=click.IntRange(0),
        default=0,
        metavar="N",
        help="Create the first N, read them back, and go on only if the server holds what was sent.",
    ),
)
ON_EXISTING = (
    _created(
        "--on-existing",
        type=click.Choice(ON_EXISTING_WORDS),
        help="What to do with a row whose campaign the server has already, though the journal does not know of it. "
        "[default: report, or as planned]",
    ),
)
MAKING = (
    _created("--disabled", is_flag=True, help="Create all campaigns with enabled 0; `enable RUN` switches them on."),
    _created("--marker", is_flag=True, help="Append a token to descriptions: lost rows are then found for certain."),
    _created(
        "--on-change",
        type=click.Choice(ON_CHANGE_WORDS),
        default=REPORT,
        show_default=True,
        help="What to do with a row that has the name and customer of a campaign that was created with other values.",
    ),
    *ON_EXISTING,
)
RESULTS = (
    _results("--results", type=PATH, metavar="FILE", help="Where the results go. [default: beside the input]"),
    _results("--report", type=PATH, metavar="FILE.html", help="Write a page to look at: charts, problems, all rows."),
    _results(
        "--copy-up-to",
        type=click.IntRange(0),
        default=100_000,
        show_default=True,
        metavar="N",
        help="Hand back a copy of your own workbook up to so many rows, a plain one beyond.",
    ),
)
LOG = (
    _log("--log", type=PATH, metavar="FILE", help="Add a JSON line to this file for all that happens to a row."),
    _log("--anonymise", is_flag=True, help="With --log: leave out names, numbers and messages."),
)
YES = Option("--yes", is_flag=True, help="Do not ask before anything is done.")
"""Without a variable: one that is set somewhere and forgotten would take every question away, unseen."""

DEBUG = Option(
    "--debug",
    envvar=variable("debug"),
    type=PATH,
    metavar="FILE",
    heading=GENERAL,
    help="Add a line to this file for each thing that the program does. No password is in it.",
)
"""Of every command. It is for whoever looks for a fault, and in no file of settings."""


def heading(option: click.Option) -> str:
    """Return the heading under which `--help` shows an option; click adds --help itself."""
    return option.heading if isinstance(option, Option) else GENERAL


IN_FILES: Mapping[str, Option] = {
    str(one.name): one for one in (*SHOWING, *READING, *MAKING, *SERVER, *SENDING, *CANARY, *RESULTS, *LOG, YES)
}
"""The options that a file of settings may hold, by the names of their parameters."""
