"""How files of telephone numbers are read and loaded, and what of that is left to a person."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from importer import numbers
from importer.errors import WrongUsage
from importer.model import ExitCode
from importer.numbers import LoadOrder, NumberOptions, TooManyRefused
from importer.run_options import ImportOptions
from schemas.problem_codes import ProblemCode

FOR_A_PERSON = frozenset(
    (
        ProblemCode.MANY_REJECTED,
        ProblemCode.NUMBERS_NOT_SHOWN,
        ProblemCode.NUMBER_FORMAT,
        ProblemCode.LOAD_BEGUN,
        ProblemCode.NUMBERS_GONE,
    )
)
"""What stops a load and would stop it again in the next pass: it concerns these numbers alone."""


class NumbersRefused(WrongUsage):
    """Nothing of a file is sent, because so many of its numbers are refused."""

    exit_code = ExitCode.NOTHING_SENT


@dataclass(frozen=True)
class NumbersWork:
    """How files of numbers are read and loaded; `words` are what drop.toml says of that, as options for a person.

    `split_words` are what it says besides of splitting the rows of a sheet by them. `sheet` is how files of campaigns
    are read.
    """

    options: NumberOptions
    order: LoadOrder
    words: tuple[str, ...] = ()
    split_words: tuple[str, ...] = ()
    sheet: ImportOptions = ImportOptions()


def refused_for_now(refused: TooManyRefused, command: Callable[..., str]) -> NumbersRefused:
    """Return the error about a file whose numbers are refused, with why, and the command that loads the others."""
    report = refused.report
    reasons = (
        f"{one.problem_code.title} [{one.problem_code}]: {one.count:,}, the first in {one.examples[0].place}."
        for one in report.reasons
        if one.verdict is numbers.Verdict.REFUSED
    )
    found = " ".join((f"{numbers.headline(report)}.", *reasons))
    again = command("--accept-refused", math.ceil(100 * report.refused_share))
    return NumbersRefused(f"{refused.message} {found} To load the others: {again}", refused.problem_code)
