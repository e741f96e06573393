"""Lists of telephone numbers: what would be loaded into a campaign, and why the rest would not.

check.py      lists are read, judged, deduplicated and scrubbed
options.py    what a user asks for
report.py     what was found; listing.py: as a file, number by number
tables.py     which tables of a file hold numbers, and where; rows.py: their rows become numbers
spelling.py   the text of a cell becomes the texts of single numbers
judging.py    the text of a number becomes the number that would be dialled, or why it is not
countries.py  which country a text names; row_countries.py: and a row; library.py: what knows the numbers of the world
sorted_numbers.py  sets of numbers of any size
dnc.py        do-not-call lists; dnc_lines.py: their lines, patterns.py: their patterns
masking.py    numbers as they may be shown
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.numbers.check import check_numbers
    from importer.numbers.countries import country_of
    from importer.numbers.listing import check_listing
    from importer.numbers.options import (
        DIALLED,
        ColumnUse,
        DncFile,
        DncOptions,
        ListOptions,
        NumberOptions,
        NumberRules,
        NumberType,
    )
    from importer.numbers.report import NumbersReport, Reason, Verdict, headline, remarks

__all__ = [
    "DIALLED",
    "ColumnUse",
    "DncFile",
    "DncOptions",
    "ListOptions",
    "NumberOptions",
    "NumberRules",
    "NumberType",
    "NumbersReport",
    "Reason",
    "Verdict",
    "check_listing",
    "check_numbers",
    "country_of",
    "headline",
    "remarks",
]

LIGHTEST_FIRST = ("options", "report", "countries", "listing", "check")

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
