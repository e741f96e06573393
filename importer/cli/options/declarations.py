"""What each command is for and what it takes.

What it does is in `commands`, in a module of its name. This stands apart so that help and completion come at once: a
command's module imports what it needs, and is imported when the command is run.
"""

from collections.abc import Mapping
from typing import NamedTuple

import click

from importer.cli.options import common, numbers
from importer.cli.options.option import GENERAL, Option
from importer.cli.options.option_types import PATH, Moment, Number, RowName, RunId, WholeNumber
from importer.cli.options.variables import variable

FILE = click.Argument(["file"], type=PATH, metavar="FILE")
FILES = click.Argument(["files"], nargs=-1, required=True, type=PATH, metavar="FILE...")
RUN = click.Argument(["run"], metavar="RUN", type=RunId())
COMMON = (common.CONFIG, *common.SHOWING)


class Declaration(NamedTuple):
    """What a command is for, in a sentence or two, and its options."""

    purpose: str
    parameters: tuple[click.Parameter, ...]


COMMANDS: Mapping[str, Declaration] = {
    "demo": Declaration(
        "Watch an import into a stand-in server. Nothing else is needed.",
        COMMON,
    ),
    "samples": Declaration(
        "Write sample files: campaigns, a sheet with every kind of mistake, exports of old diallers.",
        (click.Argument(["folder"], type=PATH, metavar="DIR"), *COMMON),
    ),
    "template": Declaration(
        "Write a workbook to fill in.",
        (
            click.Argument(["out"], type=PATH, metavar="OUT.xlsx"),
            Option("--with-names", is_flag=True, help="Offer the names that are on the server in drop-downs."),
            common.OF_CUSTOMER,
            *common.SERVER,
            *COMMON,
        ),
    ),
    "show": Declaration(
        "Show how a file is understood: its sheet, what each heading means, the first rows.",
        (
            FILE,
            Option("--raw", is_flag=True, help="Print every cell by position, one JSON line per row."),
            Option("--all-sheets", is_flag=True, help="With --raw: print all sheets."),
            *common.FORM,
            *COMMON,
        ),
    ),
    "doctor": Declaration(
        "Check settings, server, login and journal. Creates nothing, and says how to fix what is wrong.",
        (*common.SERVER, *COMMON),
    ),
    "help": Declaration(
        "Show the help of a command, or of the program.",
        (click.Argument(["command"], required=False, metavar="[COMMAND]"),),
    ),
    "validate": Declaration(
        "Check files. No server is needed, and nothing is sent.",
        (FILES, common.SHEETS, *common.READING, *common.RESULTS, *common.LOG, *COMMON),
    ),
    "plan": Declaration(
        "Check files, and have the server check every row; create nothing. Prints the ID of each run, for `apply`.",
        (
            FILES,
            common.SHEETS,
            *common.READING,
            *common.MAKING,
            *numbers.FOR_SHEETS,
            *common.SERVER,
            *common.SENDING,
            *common.LIMITS,
            *common.RESULTS,
            *numbers.EVERY_NUMBER,
            *common.LOG,
            *COMMON,
        ),
    ),
    "apply": Declaration(
        "Create what a plan lists and nothing else, or continue an interrupted run. Rows in doubt are looked up first.",
        (
            RUN,
            *common.ON_EXISTING,
            numbers.KEEP_NUMBERS,
            *common.SERVER,
            *common.SENDING,
            *common.CANARY,
            *common.LIMITS,
            *common.RESULTS,
            *numbers.EVERY_NUMBER,
            *common.LOG,
            *COMMON,
        ),
    ),
    "import": Declaration(
        "Check files, have the server check every row, ask, and create the campaigns.",
        (
            FILES,
            common.YES,
            common.SHEETS,
            *common.READING,
            *common.MAKING,
            common.CHECK_EXISTING,
            *numbers.FOR_SHEETS,
            numbers.KEEP_NUMBERS,
            *common.SERVER,
            *common.SENDING,
            *common.CANARY,
            *common.LIMITS,
            *common.RESULTS,
            *numbers.EVERY_NUMBER,
            *common.LOG,
            *COMMON,
        ),
    ),
    "names": Declaration(
        "List the people, time groups, queues and so on that a sheet may name instead of their IDs.",
        (
            click.Argument(["kind"], type=click.Choice(common.KINDS_OF_NAMES), required=False, metavar="[KIND]"),
            common.OF_CUSTOMER,
            *common.SERVER,
            *COMMON,
        ),
    ),
    "numbers": Declaration(
        "Check lists of telephone numbers (no server is needed), or load them into a campaign; show what became of "
        "those of a run, or compare them with do-not-call lists again (scrub); forget numbers.",
        (
            click.Argument(["action"], type=click.Choice(["check", "load", "status", "scrub", "forget"])),
            click.Argument(["what"], nargs=-1, required=True, type=PATH, metavar="FILE...|RUN|NUMBER..."),
            common.YES,
            common.SHEETS,
            *common.NUMBERS_FORM,
            common.PROFILE,
            *numbers.NUMBERS,
            *numbers.CAMPAIGN,
            *numbers.LOADING,
            numbers.KEEP_NUMBERS,
            *common.SERVER,
            *common.SENDING,
            *numbers.NUMBERS_OUTPUT,
            *common.LOG,
            *COMMON,
        ),
    ),
    "explain": Declaration(
        "Explain codes of messages, such as E102: what is wrong, why it happens and how to fix it. Works offline.",
        (click.Argument(["codes"], nargs=-1, required=True, metavar="CODE..."), *common.SHOWING),
    ),
    "runs": Declaration(
        "List past runs with their start and outcome, or the rows of one run.",
        (
            click.Argument(["run"], required=False, metavar="[RUN]", type=RunId()),
            Option(
                "--since", type=Moment(), metavar="WHEN", help="Only runs since then: a date, or an age such as 7d."
            ),
            Option("--failed", is_flag=True, help="Only runs or rows that need your attention."),
            Option("--all", "every", is_flag=True, help="All runs. A terminal shows the newest 20."),
            Option(
                "--results", "-o", "results_file", type=PATH, metavar="FILE", help="Write the results of RUN again."
            ),
            *common.JOURNAL,
            *COMMON,
        ),
    ),
    "enable": Declaration(
        "Switch on the campaigns of a run, except those whose rows have enabled = 0: they start dialling. Asks first.",
        (
            RUN,
            common.YES,
            Option(
                "--all",
                "every",
                is_flag=True,
                help="Also rows with enabled = 0, and campaigns that existed before the run.",
            ),
            *common.SERVER,
            *common.SENDING,
            *common.DIALLING_LIMITS,
            *common.LOG,
            *COMMON,
        ),
    ),
    "disable": Declaration(
        "Switch off all campaigns of a run: they stop dialling.",
        (RUN, *common.SERVER, *common.SENDING, *common.LOG, *COMMON),
    ),
    "settle": Declaration(
        "Record what happened to a row in doubt, if only a person can find out.",
        (
            RUN,
            Option("--row", type=RowName(1, 2**31), required=True, metavar="N", help="Row number in the sheet."),
            Option("--id", "campaign_id", metavar="ID", help="It was created, with this ID on the server."),
            Option("--not-created", is_flag=True, help="It was not created, so it may be sent again."),
            *common.JOURNAL,
            *COMMON,
        ),
    ),
    "undo": Declaration(
        "Delete the campaigns that a run created and nobody has touched since, and give those that it updated their "
        "former values back. Shows the plan, asks, and writes a backup first.",
        (
            RUN,
            common.YES,
            Option("--off-only", is_flag=True, help="Switch the campaigns off instead of deleting them."),
            Option("--force-touched", is_flag=True, help="Also delete campaigns that were edited on the server."),
            Option(
                "--backup", type=PATH, metavar="FILE.xlsx", help="Where the backup goes. [default: beside the input]"
            ),
            *common.SERVER,
            *common.SENDING,
            *common.RESULTS,
            *common.LOG,
            *COMMON,
        ),
    ),
    "reconcile": Declaration(
        "Find the campaigns of all runs, or of one, that are no longer on the server or were edited there. Changes "
        "nothing on the server.",
        (
            click.Argument(["run"], required=False, metavar="[RUN]", type=RunId()),
            Option(
                "--since", type=Moment(), metavar="WHEN", help="Only runs since then: a date, or an age such as 7d."
            ),
            Option("--forget", is_flag=True, help="Let rows be imported again whose campaigns are gone."),
            *common.SERVER,
            *common.SENDING,
            *common.LOG,
            *COMMON,
        ),
    ),
    "journal": Declaration(
        "Copy the journal to a single file, even during a run; or check that it is intact.",
        (
            click.Argument(["action"], type=click.Choice(["backup", "check"])),
            click.Argument(["file"], required=False, type=PATH, metavar="[FILE]"),
            *common.JOURNAL,
            *COMMON,
        ),
    ),
    "drop": Declaration(
        "Import every file put into a folder and archive it with its results, as DIR/drop.toml says.",
        (
            click.Argument(["folder"], type=PATH, metavar="DIR"),
            Option("--watch", is_flag=True, help="Keep running, and import files as they arrive."),
            Option(
                "--config",
                "drop_file",
                type=PATH,
                metavar="FILE",
                help="What to do with files. [default: DIR/drop.toml]",
            ),
            common.SHEETS,
            *common.READING,
            *common.MAKING,
            *numbers.FOR_DROP,
            numbers.KEEP_NUMBERS,
            *common.SERVER,
            *common.SENDING,
            *common.CANARY,
            *common.LIMITS,
            *numbers.EVERY_NUMBER,
            *common.LOG,
            Option(
                "--settings",
                "config",
                heading=GENERAL,
                envvar=variable("config"),
                type=PATH,
                metavar="FILE",
                help=common.CONFIG.help,
            ),
            *common.SHOWING,
        ),
    ),
    "prune": Declaration(
        "Remove the contents of old runs from the journal, and old files from a drop folder. Created rows stay "
        "recognised.",
        (
            click.Argument(["folder"], required=False, type=PATH, metavar="[DIR]"),
            Option(
                "--older-than",
                type=Moment(),
                required=True,
                metavar="WHEN",
                help="Remove older data: an age (90d) or a date.",
            ),
            common.YES,
            *common.JOURNAL,
            *COMMON,
        ),
    ),
    "profiles": Declaration(
        "List, show or check profiles of old diallers; or write the questions that an export leaves open (init).",
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
                help="Where init writes the questions. [default: beside FILE]",
            ),
            common.PROFILE,
            *common.FORM,
            *COMMON,
        ),
    ),
    "login": Declaration(
        "Keep a password in the system's key store. It is checked once, and used only for this account on this server.",
        (*common.ACCOUNT, *common.CONNECTION, *COMMON),
    ),
    "logout": Declaration(
        "Remove a password from the system's key store.",
        (*common.ACCOUNT, *COMMON),
    ),
    "sandbox": Declaration(
        "Run a stand-in for an Enswitch server, and print its address; with --verbose, a line for each request.",
        (
            Option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Address to listen on."),
            Option(
                "--port",
                default=8080,
                show_default=True,
                type=WholeNumber(0, 65535),
                metavar="N",
                help="Port to listen on; 0 picks a free one.",
            ),
            Option(
                "--database", default=":memory:", metavar="FILE", help="Keep campaigns and destinations in this file."
            ),
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
                "http_status, list_fields, data_on_create, version, strict, absent, absent_as, create_id, list_first, "
                "list_last, list_late, list_none, list_more, lists, paging, page_most, max_body, spelling, "
                "country_code, bad_numbers, bad_number, bad_named, count_twice. What each switches: docs/sandbox.md.",
            ),
            Option(
                "--dial",
                default="",
                metavar="LIST",
                help="How campaigns that are on are dialled, such as per_second=2,answered=0.9. The settings: "
                "per_request, per_second, answered, seed. What each does: docs/sandbox.md.",
            ),
            Option("--latency", type=Number(0), metavar="SECONDS", help="How long every answer takes."),
            Option("--allow-remote", is_flag=True, help="Allow listening on an address that others can reach."),
            *COMMON,
        ),
    ),
}
"""The commands by their names."""
