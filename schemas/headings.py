"""Which parameter a heading means, regardless of case, spaces, accents and punctuation."""

import difflib
import itertools
from collections import ChainMap
from collections.abc import Callable, Container, Iterable, Mapping

from schemas.foreign_headings import FOREIGN_HEADINGS
from schemas.likeness import bare_heading, heading_key
from schemas.name_lists import NAMED
from schemas.parameters import BY_NAME, PARAMETERS

LIKENESS = 0.8
"""How alike two names are from which on one is taken for a misspelling of the other."""


def parameter_of(heading: str) -> str | None:
    """Return the name of the parameter that a heading means, by its own name or an alias, or None."""
    return _ALL_WORDS.get(bare_heading(heading))


def heading_reader(
    own: Mapping[str, str], otherwise: Callable[[str], str | None] = parameter_of
) -> Callable[[str], str | None]:
    """Return what finds the parameter that a heading means, first in the user's `own` words, then as `otherwise` does.

    `own` maps headings to parameters; case, spaces, accents and punctuation do not matter in them either.
    """
    meant = {heading_key(heading): parameter for heading, parameter in own.items() if heading.strip()}
    return lambda heading: meant.get(heading_key(heading)) or otherwise(heading)


def is_named_after(heading: str, parameter: str) -> bool:
    """Return whether a heading is a parameter's own name or that in the template, not another name for it."""
    known = BY_NAME.get(parameter)
    names = (parameter, known.heading) if known else (parameter,)
    return bare_heading(heading) in map(bare_heading, names)


def misspelt(heading: str, languages: Iterable[str] = (), besides: Container[str] = ()) -> str | None:
    """Return the name of the parameter that an unknown heading was probably meant to be, or None.

    `languages` are those of the table, as `languages_of` returns them. `besides` are parameters that have a column
    already: nothing resembles them by mistake.
    """
    words = ChainMap(_OWN_WORDS, *(_FOREIGN_WORDS[language] for language in languages))
    likely = difflib.get_close_matches(bare_heading(heading), words, n=1, cutoff=LIKENESS)
    meant = words[likely[0]] if likely else None
    return None if meant in besides else meant


def languages_of(headings: Iterable[str]) -> tuple[str, ...]:
    """Return the languages of those headings of a table that are none of our own words."""
    foreign = set(map(bare_heading, headings)) - _OWN_WORDS.keys()
    return tuple(language for language, words in _FOREIGN_WORDS.items() if foreign & words.keys())


def other_names(parameter: str, languages: Iterable[str]) -> tuple[str, ...]:
    """Return the other names of a parameter: our own, and those of some languages."""
    foreign = (FOREIGN_HEADINGS[language][parameter] for language in languages)
    return (*BY_NAME[parameter].aliases, *itertools.chain.from_iterable(foreign))


def is_ours(heading: str) -> bool:
    """Return whether a heading is one of those that a results file adds, as it is written there.

    "Import ID" is a heading that users have themselves: taking it for ours would overwrite what they keep there.
    """
    return result_heading(heading) in _OURS


def result_headings(optional: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what results add to the columns of a table; `optional` are headings that only these results have.

    What people read comes first.
    """
    told = RESULT_HEADINGS.index(CAMPAIGN_ID_HEADING) + 1
    return (*RESULT_HEADINGS[:told], *optional, *RESULT_HEADINGS[told:])


def misspelt_result(heading: str) -> str | None:
    """Return which of RESULT_HEADINGS an unknown heading was probably meant to be, or None.

    "Import ID" and other headings that users have themselves are not misspellings: ours are written with an underscore.
    """
    written = result_heading(heading)
    likely = difflib.get_close_matches(written, RESULT_HEADINGS, n=1, cutoff=LIKENESS) if "_" in written else []
    return likely[0] if likely else None


def is_results_row(cells: Iterable[str]) -> bool:
    """Return whether a row is the one of headings that results have, also above a table that had none."""
    return {"import_status", "import_row"} <= set(map(result_heading, cells))


def is_campaign_id(heading: str) -> bool:
    """Return whether a heading is that of the campaigns' IDs in a results file."""
    return result_heading(heading) == CAMPAIGN_ID_HEADING


def result_heading(heading: str) -> str:
    """Return which of RESULT_HEADINGS a heading is, if it is one of them; programs may have changed its case."""
    return heading.strip().casefold()


def is_summary(sheet: str) -> bool:
    """Say whether a sheet is one that a results workbook adds in front of the user's own."""
    return sheet == SUMMARY_SHEET or sheet.startswith(f"{SUMMARY_SHEET} ")


CAMPAIGN_ID_HEADING = "import_id"
RESULT_HEADINGS = ("import_status", "import_message", CAMPAIGN_ID_HEADING, "import_code", "import_key", "import_row")
"""What a results file always adds to the user's columns, in this order."""

NAME_HEADINGS = {parameter: f"import_{parameter}" for parameter in NAMED}
"""What results also add, by parameter, where a column has names: the ID that each stands for."""

NUMBERS_HEADING = "import_numbers"
"""What results also add if campaigns get telephone numbers: how many of them the server has."""

_OURS = frozenset((*RESULT_HEADINGS, *NAME_HEADINGS.values(), NUMBERS_HEADING))

UNANSWERED = "(unanswered)"
"""What the results of a migration have in a cell that only a person can fill in: it is refused until somebody does."""

NOT_IMPORTED = "(not imported)"
"""What results have in front of a value that was refused, where it would pass for a good one as a mere text."""

LEFT_OUT = "(left out)"
"""What results have in front of a good telephone number that is a duplicate or must not be called."""

MIGRATION_HEADINGS = (
    "legacy_id",
    "legacy_name",
    "legacy_place",
    "migration_translated",
    "migration_assumed",
    "migration_lost",
)
"""What the results of a migration say about each campaign; neither parameters nor the user's own headings."""

OWN_COLUMN = "-"
"""What users write for the parameter of a column that is their own."""

NUMBERS_SHEET = "numbers"
"""The sheet of a workbook with the telephone numbers for its campaigns, in any case."""

NAMES_SHEET = "Names"
"""The hidden sheet of our template that has the names for its drop-downs."""

NUMBERS_COLUMN = "numbers"
"""The column of a sheet of campaigns that names a file with telephone numbers for each, in any case."""

SUMMARY_SHEET = "Import summary"
"""The sheet that a results workbook has in front."""

_OWN_WORDS = {
    bare_heading(heading): parameter.name
    for parameter in PARAMETERS
    for heading in (parameter.name, parameter.heading, *parameter.aliases)
}


_FOREIGN_WORDS = {
    language: {bare_heading(heading): parameter for parameter, headings in fields.items() for heading in headings}
    for language, fields in FOREIGN_HEADINGS.items()
}
_ALL_WORDS = dict(ChainMap(_OWN_WORDS, *_FOREIGN_WORDS.values()))
