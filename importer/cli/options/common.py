"""The options of the command line, each also available as a variable and in a settings file; declarations only."""

from collections.abc import Mapping
from functools import partial

import click

from importer.cli.options.numbers import KEEP_NUMBERS, NUMBER_FORMAT, NUMBERS_IN_FILES, TIMEZONES
from importer.cli.options.option import GENERAL, Option, shared
from importer.cli.options.option_types import PATH, Assignment, Number, SheetName, WholeNumber
from importer.cli.options.variables import PASSWORD_VARIABLE, variable

REPORT = "report"
ON_CHANGE_WORDS = ("create", REPORT, "update")
ON_EXISTING_WORDS = (REPORT, "create")
"""The words of OnChange and OnExisting, which tests compare: the help would wait for all of `model` otherwise."""

KINDS_OF_NAMES = (
    *("customers", "people", "timegroups", "recordgroups", "queues"),
    *("ivrs", "huntgroups", "conferences", "mailboxes", "phones"),
)
"""The lists of `schemas.name_lists`, which tests compare."""


_general = partial(shared, GENERAL)
_reading = partial(shared, "Reading the file")
_created = partial(shared, "Campaigns")
_server = partial(shared, "Server")
_sending = partial(shared, "Sending")
_output = partial(shared, "Output")

CONFIG = Option(
    "--config",
    heading=GENERAL,
    envvar=variable("config"),
    type=PATH,
    metavar="FILE",
    help="Read settings only from this file.",
)
SHOWING = (
    _general("--json", is_flag=True, help="Print one JSON document on standard output."),
    _general("--quiet", "-q", is_flag=True, help="Print errors only."),
    _general("--verbose", "-v", is_flag=True, help="Print each stage as it begins."),
    _general("--no-color", is_flag=True, help="Disable colours (also disabled when NO_COLOR is set)."),
)
FORM = (
    _reading(
        "--sheet",
        multiple=True,
        type=SheetName(),
        metavar="NAME",
        help="Sheet to read: its name, or its number from 1.",
    ),
    _reading("--encoding", metavar="NAME", help="Encoding, e.g. windows-1252. [default: detected]"),
    _reading("--delimiter", metavar="CHAR", help="Field delimiter of text files. [default: detected]"),
    _reading("--header-row", type=WholeNumber(1), metavar="N", help="Row that has the headings. [default: detected]"),
    Option(
        "--heading",
        "headings",
        envvar=variable("headings"),
        heading="Reading the file",
        multiple=True,
        type=Assignment(),
        metavar="TEXT=FIELD",
        expert=True,
        help="Field of a heading, e.g. Ext=dnumber. May be repeated.",
    ),
    _reading("--no-header", is_flag=True, help="There are no headings; name columns by their letters."),
    _reading("--skip-hidden", is_flag=True, expert=True, help="Skip rows that are hidden or filtered out."),
    _reading(
        "--max-rows",
        type=WholeNumber(1),
        default=2_000_000,
        show_default=True,
        metavar="N",
        expert=True,
        help="Refuse a file with more rows.",
    ),
    _reading(
        "--max-file-size",
        type=WholeNumber(1),
        default=500,
        show_default=True,
        metavar="N",
        expert=True,
        help="Refuse a file of more than N MiB.",
    ),
    _reading(
        "--reader-memory",
        type=WholeNumber(100),
        default=1000,
        show_default=True,
        metavar="N",
        expert=True,
        help="Memory for reading a workbook, in MiB.",
    ),
    _reading(
        "--reader-seconds",
        type=Number(1),
        default=20.0,
        show_default=True,
        metavar="N",
        expert=True,
        help="Give up on a workbook after N seconds without progress.",
    ),
)
SHEETS = Option(
    "--all-sheets",
    is_flag=True,
    heading="Reading the file",
    help="All sheets that have headings; or repeat --sheet.",
)
"""Without a variable, and not for settings files: it differs from file to file."""
PROFILE = _reading("--profile", metavar="NAME", help="Profile of an old dialler's export: name, file or auto.")
READING = (
    *FORM,
    PROFILE,
    _reading("--answers", type=PATH, metavar="FILE", help="With --profile: completed file from `profiles init`."),
    _reading(
        "--column",
        multiple=True,
        type=Assignment(),
        metavar="COL=KEY",
        help="Assign a column: B=dnumber; D=- for none. Repeatable.",
    ),
    _reading(
        "--default",
        multiple=True,
        type=Assignment(),
        metavar="KEY=VALUE",
        help="Value if the sheet lacks the column. Repeatable.",
    ),
    _reading("--require-timegroup", is_flag=True, help="Refuse enabled rows without a time group."),
)
JOURNAL = (_server("--journal", type=PATH, metavar="FILE", help="Journal file. [default: in your state directory]"),)
ACCOUNT = (
    _server("--server", metavar="NAME", help="Use [servers.NAME] from campaign-importer.toml."),
    _server("--url", metavar="URL", help="API address, e.g. https://pbx.example.com/api/json/."),
    _server("--username", metavar="NAME", help="Web user with the administrator role."),
)
PASSWORD_FILE = _server(
    "--password-file", type=PATH, metavar="FILE", help=f"Password file, or set {PASSWORD_VARIABLE}."
)
CONNECTION = (
    _server("--ca-bundle", type=PATH, metavar="FILE", help="CA certificate file, if the server uses a private CA."),
    _server("--allow-http", is_flag=True, help="Allow http, which sends the password unencrypted."),
    _server(
        "--timeout",
        type=Number(0.05),
        default=60.0,
        show_default=True,
        metavar="N",
        expert=True,
        help="Seconds to wait for the server to respond.",
    ),
    *JOURNAL,
)
SERVER = (*ACCOUNT, PASSWORD_FILE, *CONNECTION)
OF_CUSTOMER = Option("--customer", metavar="CUSTOMER", help="List what this customer has. [default: your own]")
SENDING = (
    _sending(
        "--workers",
        type=WholeNumber(1, 256),
        default=4,
        show_default=True,
        metavar="N",
        help="Number of parallel requests.",
    ),
    _sending("--rate", type=Number(0, min_open=True), metavar="N", expert=True, help="Maximum requests per second."),
    _sending(
        "--max-errors",
        type=WholeNumber(1),
        default=10,
        show_default=True,
        metavar="N",
        expert=True,
        help="Stop after this many consecutive server failures of the same kind.",
    ),
    _sending(
        "--max-error-share",
        type=Number(0, 1),
        default=0.5,
        show_default=True,
        metavar="N",
        expert=True,
        help="Stop if more than this fraction of the last 50 rows failed.",
    ),
    _sending(
        "--settle-wait",
        type=Number(0),
        metavar="N",
        expert=True,
        help="Seconds to wait before checking again whether a row without a reply was created. [default: as --timeout]",
    ),
)
CANARY = (
    _sending(
        "--canary",
        type=WholeNumber(0),
        default=0,
        metavar="N",
        help="Create N first; continue only if they are correct.",
    ),
)
DIALLING_LIMITS = (
    _sending(
        "--max-dialling",
        type=WholeNumber(0),
        metavar="N",
        help="Send nothing if more than N would start dialling.",
    ),
    _sending(
        "--max-calls",
        type=WholeNumber(0),
        metavar="N",
        expert=True,
        help="Send nothing if that could be over N calls at a time.",
    ),
)
LIMITS = (
    _sending(
        "--max-new", type=WholeNumber(0), metavar="N", help="Send nothing if more than N campaigns would be created."
    ),
    *DIALLING_LIMITS,
)
ON_EXISTING = (
    _created(
        "--on-existing",
        type=click.Choice(ON_EXISTING_WORDS),
        metavar="WHAT",
        help="Rows that are on the server already: report or create. [default: report, or as planned]",
    ),
)
MAKING = (
    _created("--disabled", is_flag=True, help="Create all switched off; `enable RUN` switches them on."),
    _created("--marker", is_flag=True, help="Tag descriptions, so that each campaign matches its row."),
    _created(
        "--on-change",
        type=click.Choice(ON_CHANGE_WORDS),
        default=REPORT,
        show_default=True,
        metavar="WHAT",
        help="Edited rows: report, create or update.",
    ),
    *ON_EXISTING,
)
CHECK_EXISTING = _created(
    "--check-existing",
    is_flag=True,
    expert=True,
    help="First find campaigns of earlier runs that are gone or were edited; such are exit code 4.",
)
RESULTS = (
    _output(
        "--results", "-o", type=PATH, metavar="FILE", help="Where to write the results. [default: beside the input]"
    ),
    _output("--rejects", type=PATH, metavar="FILE", help="Write only the rows that need fixing, to send them back."),
    _output("--report", type=PATH, metavar="FILE.html", help="Write an HTML page: charts, problems, all rows."),
    _output(
        "--copy-up-to",
        type=WholeNumber(0),
        default=100_000,
        show_default=True,
        metavar="N",
        expert=True,
        help="Up to this many rows, results are a marked-up copy of your workbook; above it, a plain workbook.",
    ),
)
LOG = (
    _output("--log", type=PATH, metavar="FILE", help="Add a JSON line for everything that happens to a row."),
    _output("--anonymise", is_flag=True, expert=True, help="With --log: leave out names, numbers and messages."),
)
NUMBERS_FORM = tuple(one for one in FORM if one.name != "headings")
"""How lists of numbers are read: their columns have no fields that headings could be assigned to."""

YES = Option("--yes", "-y", is_flag=True, help="Skip the confirmation prompt.")
"""Without a variable: one that is set somewhere and forgotten would silently skip every question."""

DEBUG = Option(
    "--debug",
    envvar=variable("debug"),
    type=PATH,
    metavar="FILE",
    heading=GENERAL,
    expert=True,
    help="Log what the program does, without any password.",
)
"""An option of every command, for troubleshooting; it cannot be set in a settings file."""


IN_FILES: Mapping[str, Option] = {
    str(one.name): one
    for one in (
        *(*SHOWING, *READING, *MAKING, CHECK_EXISTING, *SERVER, *SENDING, *CANARY, *LIMITS, *RESULTS, *LOG, YES),
        *NUMBERS_IN_FILES,
        NUMBER_FORMAT,
        KEEP_NUMBERS,
        TIMEZONES,
    )
}
"""The options that a settings file may have, by the names of their parameters."""
