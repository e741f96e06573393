"""The numbers of a run that were not loaded, or all, as a file that can be read again as a list."""

import glob
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from importer.journal import Journal
from importer.model import sheet_row
from importer.numbers.findings.listing import ENDING, listing_to
from importer.numbers.lists.tables import ROW
from importer.numbers.outcome import LOADED, NumbersOutcome, open_numbers_of

NO_CAMPAIGN = "(unknown)"
"""What stands in the place of a campaign that is not clear: with nothing there, the only one of a sheet is meant."""


def write_listing(journal: Journal, outcome: NumbersOutcome, target: Path, *, every_number: bool) -> NumbersOutcome:
    """Write the numbers of a run that were not loaded, or all, to a file that can be read again as a list."""
    with open_numbers_of(journal, outcome.run) as file, listing_to(target, every_number=every_number) as listing:
        assert listing is not None  # noqa: S101 -- a target is given
        for one in file.every_number() if every_number else file.not_loaded():
            campaign = f"{ROW}{sheet_row(one.list_row)}" if one.list_row else one.campaign_id or NO_CAMPAIGN
            message = one.message or (LOADED if one.is_loaded else "")
            listing.write(
                f"{one.source}{one.row or ''}",
                one.text,
                one.country,
                one.problem_code,
                message,
                campaign=campaign,
                status=one.status,
                zone=one.zone,
            )
        return replace(outcome, listing=listing.path, has_every_number=every_number)


def listing_words(outcome: NumbersOutcome) -> str:
    """Return where the numbers of a run are that were handed back."""
    which = "All numbers" if outcome.has_every_number else "Numbers that were not loaded"
    return f"{which}: {outcome.listing}"


def default_listing(path: Path, now: datetime) -> Path:
    """Return the default place of the numbers of a list that were not loaded: beside it, with the time in the name."""
    return path.with_name(f"{_stem(path)}.numbers.{now:%Y%m%d-%H%M%S}{ENDING}")


def has_listing(path: Path) -> bool:
    """Return whether numbers were handed back beside a list, or a sheet, before."""
    return any(path.parent.glob(f"{glob.escape(_stem(path))}.numbers.[0-9]*-[0-9]*{ENDING}"))


def _stem(path: Path) -> str:
    return re.sub(r"\.numbers\.[0-9-]+$", "", path.stem)[:100]
