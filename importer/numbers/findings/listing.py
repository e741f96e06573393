"""The file with the numbers that would not be loaded, or with all: it can be read again as a list of numbers."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from importer.errors import WrongUsage
from importer.numbers.findings.report import Verdict, verdict_of
from importer.results import check_target, opened
from schemas.csv_injection import guarded
from schemas.headings import LEFT_OUT, NOT_IMPORTED
from schemas.problem_codes import ProblemCode

HEADINGS = ("place", "number", "country", "campaign", "status", "timezone", "verdict", "code", "what to do")

ENDING = ".csv"

OF_CELLS = "E1"
"""How the codes of cells and rows begin that are damaged, whatever they should hold."""


def check_listing(target: Path) -> None:
    """Raise WrongUsage for a file that cannot be written, before anything is read."""
    if target.suffix.lower() != ENDING:
        message = f"--results {target}: numbers are written as text, for there may be millions. Name a {ENDING} file."
        raise WrongUsage(message, ProblemCode.OUTPUT)
    check_target("--results", target)


class Listing:
    """Writes numbers, one line each; with `every_number` those to load as well."""

    def __init__(self, file: BinaryIO, *, every_number: bool) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(HEADINGS)
        self.path = Path(file.name)
        self.every_number = every_number

    def write(
        self,
        place: str,
        text: str,
        country: str,
        problem_code: ProblemCode | None,
        message: str,
        *,
        campaign: str = "",
        status: str = "",
        zone: str = "",
    ) -> None:
        """Write a number as it stands in its list, with its campaign, as a list names it, and what becomes of it.

        `status` and `zone` are those of its row, "" if it names none.
        """
        verdict = verdict_of(problem_code)
        if verdict is Verdict.LOAD and not self.every_number:
            return
        if problem_code is not None and problem_code.startswith(OF_CELLS):
            # What another program has damaged may look like a number once it is text.
            text = _marked(text, NOT_IMPORTED)
        elif verdict in (Verdict.DUPLICATE, Verdict.DNC, Verdict.LEFT_OUT, Verdict.LOADED_BEFORE):
            # Read again, perhaps without the lists, it would pass for a number to load.
            text = _marked(text, LEFT_OUT)
        code, cure = ("", "") if problem_code is None else (problem_code.value, problem_code.cure)
        self._writer.writerow(guarded((place, text, country, campaign, status, zone, message or verdict, code, cure)))

    def finish(self) -> None:
        """Write what is waiting; the file stays open."""
        self._text.detach()


def _marked(text: str, mark: str) -> str:
    return text if text.lstrip().startswith(mark) else f"{mark} {text}"


@contextmanager
def listing_to(target: Path | None, *, every_number: bool) -> Iterator[Listing | None]:
    """Yield a listing in a new file, which is removed if anything fails; None without a target."""
    if target is None:
        yield None
        return
    with opened(target) as file:
        listing = Listing(file, every_number=every_number)
        yield listing
        listing.finish()
