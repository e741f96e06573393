"""Names in the place of IDs: looked up on the server between checking and planning, each list once.

looking_up.py  the stage: names in the rows of a run become IDs in the journal
wanted.py      which names the rows have, and in which lists these are looked up
answers.py     what all of them stand for: customers first, the other lists at the same time
listing.py     one list of the server is read
entry.py       the entries of a list, and where each is found by its names
verdicts.py    what a name stands for, or what is wrong with it
rows.py        what becomes of a row
everything.py  all that there is in lists, for people; offering.py: what of it is offered to choose from
telling.py     what there is to say of a column as a whole
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.naming.entry import ListEntry
    from importer.naming.everything import available, cannot_be_listed
    from importer.naming.listing import Listed
    from importer.naming.looking_up import look_up_names
    from importer.naming.offering import choices

__all__ = ["ListEntry", "Listed", "available", "cannot_be_listed", "choices", "look_up_names"]

LIGHTEST_FIRST = ("entry", "listing", "offering", "everything", "looking_up")

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
