"""The options of `numbers`; declarations only."""

from copy import copy
from functools import partial

import click

from importer.cli.options.option import Option, shared
from importer.cli.options.option_types import (
    PATH,
    Age,
    Assignment,
    DncName,
    MomentOrAge,
    Number,
    SheetName,
    WholeNumber,
)
from importer.cli.options.variables import variable
from schemas.number_statuses import NUMBER_STATUSES

COLUMN_USE_WORDS = ("first", "all")
UNKNOWN_RANGES_WORDS = ("hold", "load")
SPLIT_WORDS = ("timezone",)
AMBIGUOUS_ZONE_WORDS = ("hold", "strictest")

_numbers = partial(shared, "Numbers")
_dnc = partial(shared, "Do-not-call lists")

NUMBER_FORMAT_WORDS = ("digits", "plus", "international", "national", "significant", "as-is")
DUPLICATES_WORDS = ("list", "run", "server")
"""The words of WireFormat and DuplicateScope, which tests compare: the help would wait for them."""

_loading = partial(shared, "Loading")

NUMBER_FORMAT = _loading(
    "--number-format",
    type=click.Choice(NUMBER_FORMAT_WORDS),
    metavar="WORD",
    help="How the server spells numbers: digits (442083661177), plus, international, national, significant, as-is.",
)
NUMBERS_IN_FILES = (
    _numbers("--country", metavar="NAME", help="Country of national numbers: its code (GB, GBR) or name."),
    _dnc(
        "--dnc",
        multiple=True,
        type=DncName(),
        metavar="FILE[:COUNTRY]",
        help="Numbers that must not be called. Repeatable.",
    ),
)
NUMBERS = (
    Option(
        "--number-columns",
        heading="Numbers",
        metavar="LIST",
        help="Columns with numbers, the preferred one first: mobile,home. [default: detected]",
    ),
    Option(
        "--column-use",
        heading="Numbers",
        type=click.Choice(COLUMN_USE_WORDS),
        default="first",
        show_default=True,
        metavar="WHAT",
        help="Several numbers in a row: first (the first good one) or all.",
    ),
    Option(
        "--status-column",
        heading="Numbers",
        metavar="NAME",
        help="Column with the status of each number; - for none. [default: detected]",
    ),
    *NUMBERS_IN_FILES[:1],
    Option(
        "--allow-countries",
        heading="Numbers",
        metavar="LIST",
        help="Also load numbers of these countries with the same calling code: CA,PR.",
    ),
    Option(
        "--number-types",
        heading="Numbers",
        metavar="LIST",
        default="fixed,mobile,fixed-or-mobile,voip",
        show_default=True,
        help="Types to load, of these and toll-free, premium, shared-cost, personal, pager, company, voicemail.",
    ),
    Option(
        "--unknown-ranges",
        heading="Numbers",
        type=click.Choice(UNKNOWN_RANGES_WORDS),
        default="hold",
        show_default=True,
        metavar="WHAT",
        help="Numbers that the numbering plan does not have: hold or load.",
    ),
    Option("--letters", heading="Numbers", is_flag=True, help="Read letters as keys: 0800 FLOWERS."),
    Option(
        "--strip-prefix",
        heading="Numbers",
        metavar="DIGITS",
        help="Digits to take off numbers that are good only without them, e.g. 9.",
    ),
    *NUMBERS_IN_FILES[1:],
    Option(
        "--dnc-max-age",
        "dnc_max_age",
        heading="Do-not-call lists",
        type=MomentOrAge(),
        default="31d",
        show_default=True,
        metavar="WHEN",
        help="Refuse older lists: an age (31d), or a date.",
    ),
    Option(
        "--dnc-skip-unreadable",
        heading="Do-not-call lists",
        is_flag=True,
        help="Go on without lines that cannot be read.",
    ),
    Option("--dnc-may-be-empty", heading="Do-not-call lists", is_flag=True, help="Accept a list without lines."),
)
"""What only a command line says is what makes more people be called: it is not left in a file and forgotten."""

KEEP_NUMBERS = _loading(
    "--keep-numbers",
    type=Age(),
    default="7d",
    show_default=True,
    metavar="AGE",
    expert=True,
    help="How long numbers are kept here after they are loaded, such as 12h; 0 removes them at once.",
)

ALL_NUMBERS = Option(
    "--all-numbers",
    heading="Output",
    is_flag=True,
    help="Write all numbers, with what became of each, instead of only those that are not loaded.",
)

LOADING = (
    NUMBER_FORMAT,
    Option(
        "--status",
        "number_status",
        heading="Loading",
        type=click.Choice(NUMBER_STATUSES),
        default="pending",
        show_default=True,
        metavar="WORD",
        help="Status of numbers whose row names none; only pending ones are called.",
    ),
    Option(
        "--not-again",
        heading="Loading",
        type=MomentOrAge(),
        metavar="WHEN",
        help="Leave out numbers that an earlier run loaded since then: an age (30d), or a date.",
    ),
    Option(
        "--duplicates",
        heading="Loading",
        type=click.Choice(DUPLICATES_WORDS),
        default="run",
        show_default=True,
        metavar="WHERE",
        help="Load a number once: in each campaign (list), in all (run), or if none on the server has it (server).",
    ),
    Option(
        "--accept-refused",
        heading="Loading",
        type=Number(0, 100),
        metavar="PERCENT",
        help="Load the others although up to this share of the numbers is refused, if 30 percent or more are.",
    ),
    Option(
        "--batch",
        heading="Loading",
        type=WholeNumber(1, 100_000),
        default=1_000,
        show_default=True,
        metavar="N",
        expert=True,
        help="Most numbers in a request.",
    ),
)
"""How numbers are loaded into campaigns."""

SPLIT = Option(
    "--split",
    heading="Campaigns",
    type=click.Choice(SPLIT_WORDS),
    metavar="BY",
    help="timezone: one campaign for each time zone of a row's numbers.",
)
SHEET_NUMBERS = (
    Option(
        "--numbers",
        heading="Campaigns",
        multiple=True,
        type=PATH,
        metavar="FILE",
        help="Telephone numbers, by its column campaign. Repeatable.",
    ),
    Option(
        "--numbers-sheet",
        heading="Campaigns",
        multiple=True,
        type=SheetName(),
        metavar="NAME",
        help="Sheet of the --numbers workbooks to read. Repeatable. [default: the one with numbers]",
    ),
    Option(
        "--with-leads",
        heading="Campaigns",
        is_flag=True,
        help="With --profile: load the leads of the export, with their status.",
    ),
    SPLIT,
    Option(
        "--ambiguous-zone",
        heading="Campaigns",
        type=click.Choice(AMBIGUOUS_ZONE_WORDS),
        default="hold",
        show_default=True,
        metavar="WHAT",
        help="Numbers that may be in several zones: hold, or strictest (the time group of all these zones together).",
    ),
)
"""Numbers for the campaigns of a sheet."""

TIMEZONES = Option(
    "--timezone",
    "timezones",
    envvar=variable("timezones"),
    heading="Campaigns",
    multiple=True,
    type=Assignment(),
    metavar="ZONE=ID",
    help="Time group of a time zone, e.g. Europe/London=12. Repeatable.",
)


def _for_experts(option: Option) -> Option:
    """Return an option as `import` has it, whose help has no room for all of them."""
    same = copy(option)
    same.expert = True
    return same


FOR_SHEETS = (*SHEET_NUMBERS[:1], *map(_for_experts, (*SHEET_NUMBERS[1:], TIMEZONES, *NUMBERS, *LOADING)))
"""The options about numbers of a command that creates campaigns."""

EVERY_NUMBER = (_for_experts(ALL_NUMBERS),)
"""The same as `import` has it."""

FOR_DROP = tuple(one for one in FOR_SHEETS if one.name not in ("numbers", "numbers_sheet", "with_leads"))
"""The same for a folder, where drop.toml says which files have numbers."""

CAMPAIGN = (
    Option("--campaign", heading="Loading", metavar="ID", help="Campaign on the server that gets the numbers."),
    _for_experts(SPLIT),
    Option(
        "--switch-off",
        heading="Loading",
        is_flag=True,
        help="Switch a campaign that is on off for the load, and on again.",
    ),
    Option(
        "--while-dialling",
        heading="Loading",
        is_flag=True,
        help="Load into a campaign that is on; no number is sent twice.",
    ),
)
"""What is loaded into a campaign that exists."""

NUMBERS_OUTPUT = (
    Option(
        "--results",
        "-o",
        "listing",
        type=PATH,
        metavar="FILE.csv",
        help="Write the numbers that are not loaded, with the reason of each.",
    ),
    ALL_NUMBERS,
)
