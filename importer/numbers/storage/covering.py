"""What the list of another run means for a campaign: whether it has all of its numbers, or was switched off for it."""

from pathlib import Path

from importer.model import NumberLoad
from importer.numbers.storage.numbers_file import NumbersFile


def has_all_of(journal: Path, file: NumbersFile, list_number: int, other: NumberLoad) -> bool:
    """Say whether a list has all numbers that another run was to load; of numbers that are not kept nobody knows."""
    if not NumbersFile.exists(journal, other.run):
        return False
    with NumbersFile(journal, other.run) as theirs:
        return file.has_all_of(list_number, theirs, other.number)


def switched_off(journal: Path, other: NumberLoad) -> bool:
    """Say whether another run has switched off the campaign of a load, to switch it on when all numbers are there."""
    if not NumbersFile.exists(journal, other.run):
        return False
    with NumbersFile(journal, other.run) as theirs:
        return any(one.switch_on for one in theirs.lists() if one.number == other.number)


def covers(journal: Path, one: NumberLoad, other: NumberLoad) -> bool:
    """Say whether a load has all numbers of another one; of numbers that are not kept nobody knows."""
    if not NumbersFile.exists(journal, one.run):
        return False
    with NumbersFile(journal, one.run) as file:
        return has_all_of(journal, file, one.number, other)
