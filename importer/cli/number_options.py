"""The options of `numbers`; declarations only."""

from functools import partial

import click

from importer.cli.option import Option, shared
from importer.cli.option_types import PATH, DncName, Moment

COLUMN_USE_WORDS = ("first", "all")
UNKNOWN_RANGES_WORDS = ("hold", "load")

_numbers = partial(shared, "Numbers")
_dnc = partial(shared, "Do-not-call lists")

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
        type=Moment(),
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


NUMBERS_OUTPUT = (
    Option(
        "--results",
        "-o",
        "listing",
        type=PATH,
        metavar="FILE.csv",
        help="Write the numbers that would not be loaded, with the reason of each.",
    ),
    Option("--all-numbers", is_flag=True, help="With --results: write all numbers."),
)
