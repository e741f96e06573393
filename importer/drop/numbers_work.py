"""How files of telephone numbers are read and loaded, and what of that is left to a person."""

from dataclasses import dataclass

from importer import numbers
from importer.errors import WrongUsage
from importer.model import ExitCode
from importer.numbers import LoadOrder, NumberOptions, TooManyRefused
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

    `own_columns` are the positions of columns of campaigns that are none of ours.
    """

    options: NumberOptions
    order: LoadOrder
    words: tuple[str, ...] = ()
    own_columns: frozenset[int] = frozenset()


def reasons_of(refused: TooManyRefused) -> str:
    """Return why numbers are refused: how many, and the first cell."""
    reasons = [one for one in refused.report.reasons if one.verdict is numbers.Verdict.REFUSED]
    return " ".join(
        f"{one.problem_code.title} [{one.problem_code}]: {one.count:,}, the first in {one.examples[0].place}."
        for one in reasons
    )
