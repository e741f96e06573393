"""Which commands there are, what each is for and what it takes.

What it does is in `commands`, in a module of its name. This stands apart so that help and completion come at once: a
command's module imports what it needs, and is imported when the command is run.
"""

from collections.abc import Mapping
from typing import NamedTuple

import click

from importer.cli import options
from importer.cli.option_types import PATH, Moment, Number, RunId
from importer.cli.options import Option
from importer.cli.variables import variable

FILE = click.Argument(["file"], type=PATH, metavar="FILE")
FILES = click.Argument(["files"], nargs=-1, required=True, type=PATH, metavar="FILE...")
RUN = click.Argument(["run"], metavar="RUN", type=RunId())
COMMON = (options.CONFIG, *options.SHOWING)


class Declaration(NamedTuple):
    """What a command is for, in a sentence or two, and its arguments and options in the order of its help."""

    purpose: str
    parameters: tuple[click.Parameter, ...]


COMMANDS: Mapping[str, Declaration] = {
    "show": Declaration(
        "Show a file as the importer sees it: sheet, headings and what they mean, first rows.",
        (
            FILE,
            Option("--raw", is_flag=True, help="Print every cell by position, one JSON line a row."),
            Option("--all-sheets", is_flag=True, help="With --raw: of all sheets."),
            *options.FORM,
            *COMMON,
        ),
    ),
    "validate": Declaration(
        "Check files and nothing more; no server is needed.",
        (FILES, *options.READING, *options.RESULTS, *options.LOG, *COMMON),
    ),
    "plan": Declaration(
        "Check files and have the server check every row; create nothing. Prints the ID of each run, for `apply`.",
        (
            FILES,
            *options.READING,
            *options.MAKING,
            *options.SERVER,
            *options.SENDING,
            *options.RESULTS,
            *options.LOG,
            *COMMON,
        ),
    ),
    "apply": Declaration(
        "Create what a plan says, nothing else; also continue an interrupted run. Rows in doubt are looked up first.",
        (
            RUN,
            *options.ON_EXISTING,
            *options.SERVER,
            *options.SENDING,
            *options.CANARY,
            *options.RESULTS,
            *options.LOG,
            *COMMON,
        ),
    ),
    "import": Declaration(
        "Check files, have the server check every row, ask, and create the campaigns.",
        (
            FILES,
            options.YES,
            *options.READING,
            *options.MAKING,
            *options.SERVER,
            *options.SENDING,
            *options.CANARY,
            *options.RESULTS,
            *options.LOG,
            *COMMON,
        ),
    ),
    "enable": Declaration(
        "Switch on what a run has created or updated, but for rows that say off: these campaigns start dialling. Asks.",
        (
            RUN,
            options.YES,
            Option(
                "--all",
                "every",
                is_flag=True,
                help="Also those whose rows say off, and those that were there before the run.",
            ),
            *options.SERVER,
            *options.SENDING,
            *options.LOG,
            *COMMON,
        ),
    ),
    "disable": Declaration(
        "Switch all campaigns of a run off: they stop dialling.",
        (RUN, *options.SERVER, *options.SENDING, *options.LOG, *COMMON),
    ),
    "settle": Declaration(
        "Say what became of a row in doubt, when only a person can find out.",
        (
            RUN,
            Option(
                "--row",
                type=click.IntRange(1, 2**31),
                required=True,
                metavar="N",
                help="The row, by its number in the sheet.",
            ),
            Option("--id", "campaign_id", metavar="ID", help="It was created: this is its ID on the server."),
            Option("--not-created", is_flag=True, help="It was not created: it may be sent again."),
            *options.JOURNAL,
            *COMMON,
        ),
    ),
    "runs": Declaration(
        "Show what was done, when and with what outcome; or the rows of one run.",
        (
            click.Argument(["run"], required=False, metavar="[RUN]", type=RunId()),
            Option(
                "--since", type=Moment(), metavar="WHEN", help="Only runs since then: a date, or an age such as 7d."
            ),
            Option(
                "--failed",
                is_flag=True,
                help="Only runs, or rows, that need a person: wrong, failed, changed, in doubt, or on the server "
                "already.",
            ),
            *options.JOURNAL,
            *COMMON,
        ),
    ),
    "prune": Declaration(
        "Remove old texts from the journal, and old files from a drop folder; created rows stay recognised.",
        (
            click.Argument(["folder"], required=False, type=PATH, metavar="[DIR]"),
            Option(
                "--older-than",
                type=Moment(),
                required=True,
                metavar="WHEN",
                help="What is older than that: an age such as 90d, or a date.",
            ),
            options.YES,
            *options.JOURNAL,
            *COMMON,
        ),
    ),
    "journal": Declaration(
        "Copy the journal to one file with everything in it, even while a run is at work; or check that it is whole.",
        (
            click.Argument(["action"], type=click.Choice(["backup", "check"])),
            click.Argument(["file"], required=False, type=PATH, metavar="[FILE]"),
            *options.JOURNAL,
            *COMMON,
        ),
    ),
    "profiles": Declaration(
        "List, show or check the profiles of old diallers; with init, ask what only you know about an export.",
        (
            click.Argument(
                ["action"],
                type=click.Choice(["list", "show", "check", "init"]),
                default="list",
                metavar="[list|show|check|init]",
            ),
            click.Argument(["what"], required=False, metavar="[NAME|FILE]"),
            Option(
                "--out",
                "written",
                type=PATH,
                metavar="FILE",
                help="With init: where the questions go. [default: beside FILE]",
            ),
            options.PROFILE,
            *options.FORM,
            *COMMON,
        ),
    ),
    "drop": Declaration(
        "Import all files of a folder, and put each away with its results; DIR/drop.toml says how.",
        (
            click.Argument(["folder"], type=PATH, metavar="DIR"),
            Option("--watch", is_flag=True, help="Stay, and handle files as they come."),
            Option(
                "--config",
                "drop_file",
                type=PATH,
                metavar="FILE",
                help="What is to be done. [default: DIR/drop.toml]",
            ),
            *options.READING,
            *options.MAKING,
            *options.SERVER,
            *options.SENDING,
            *options.CANARY,
            *options.LOG,
            Option(
                "--settings",
                "config",
                envvar=variable("config"),
                type=PATH,
                metavar="FILE",
                help=options.CONFIG.help,
            ),
            *options.SHOWING,
        ),
    ),
    "doctor": Declaration(
        "Check settings, server, login and journal. Creates nothing, and says how to fix what is wrong.",
        (*options.SERVER, *COMMON),
    ),
    "login": Declaration(
        "Keep a password in the system's key store. It is tried once, and goes to one account on one server alone.",
        (*options.ACCOUNT, *options.CONNECTION, *COMMON),
    ),
    "logout": Declaration("Remove a password from the system's key store.", (*options.ACCOUNT, *COMMON)),
    "template": Declaration(
        "Write a workbook to fill in.", (click.Argument(["out"], type=PATH, metavar="OUT.xlsx"), *COMMON)
    ),
    "sandbox": Declaration(
        "Run a stand-in for an Enswitch server. Prints its address; with --verbose, a line for each request.",
        (
            Option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Listen on this address."),
            Option(
                "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
            ),
            Option("--database", default=":memory:", metavar="FILE", help="Keep the campaigns in this file."),
            Option(
                "--faults",
                default="",
                metavar="LIST",
                help="Faults and how likely each is, such as late=0.05,cut=0.05,seed=3. The faults: throttled, "
                "unavailable, unavailable_bare, error_500, error_500_stored, bad_gateway, bad_gateway_stored, "
                "dropped_before, dropped_after, cut, late, late_store, foreign, empty. Their settings: actions, seed, "
                "late_by, latency, retry_after, retry_after_as_date. What each does: docs/sandbox.md.",
            ),
            Option(
                "--modes",
                default="",
                metavar="LIST",
                help="Ways to answer, such as ids=string,responses=object. The modes: ids, codes, responses, "
                "http_status, list_fields, data_on_create, version, strict, get, create_id, list_first, list_last, "
                "list_late, list_none. What each switches: docs/sandbox.md.",
            ),
            Option("--latency", type=Number(0), metavar="SECONDS", help="How long every answer takes."),
            Option("--allow-remote", is_flag=True, help="Listen on an address that others can reach."),
            *COMMON,
        ),
    ),
    "demo": Declaration("Watch an import happen, with a stand-in server: nothing else is needed.", COMMON),
}
"""The commands by their names."""
