"""The names of a list as cells can have them: what is offered to choose from."""

from collections import Counter

from importer.naming.listing import Listed
from importer.security import visible
from schemas.csv_injection import guarded
from schemas.likeness import folded
from schemas.names import NAME_PREFIX, name_of


def choices(listed: Listed) -> list[str]:
    """Return the names of a list, sorted; one that would pass for an ID has `name:` in front.

    Left out are those of several entries, since it must not be guessed which is meant, those that no cell shows as they
    are, and those that a spreadsheet program could take for a formula.
    """
    called = [next(filter(None, entry.names)) for entry in listed.index.entries]
    number = Counter(called)
    fit = [one for one in number if number[one] == 1 and visible(one) == one and guarded([one]) == [one]]
    return sorted((one if name_of(one) == one else f"{NAME_PREFIX}{one}" for one in fit), key=folded)
