"""The numbers of a run, in a file beside the journal: who is to be called, and what was sent.

numbers_file.py  the file: sources, lists, numbers and their verdicts
covering.py      whether one list has all numbers of another
duplicates.py    numbers that are listed twice, or were loaded by an earlier run
batches.py       the batches that numbers are sent in, each on disk before it leaves
listed.py        what the server lists, compared with what was sent
formats.py       the one form in which the numbers of a run are sent
prints.py        prints of what was loaded, for later runs
keeping.py       files that are no longer needed, and people who are to be forgotten
stored.py        numbers and batches as dataclasses
unfinished.py    who got onto a do-not-call list before its list was loaded
places.py        where the files are
numbers.sql      the tables of a file of numbers; prints.sql: those of the prints
"""

from importer.numbers.storage.batches import Batches
from importer.numbers.storage.covering import covers, has_all_of, switched_off
from importer.numbers.storage.formats import is_checked, leave_out_other_countries, set_checked, settle_format
from importer.numbers.storage.keeping import Forgotten, forget_number, loaded_numbers, prunable_numbers, remove_numbers
from importer.numbers.storage.listed import ListedNumbers
from importer.numbers.storage.numbers_file import NumbersFile
from importer.numbers.storage.places import record_path
from importer.numbers.storage.prints import Prints, remove_key
from importer.numbers.storage.stored import (
    BatchState,
    DuplicateScope,
    JudgedNumber,
    NumberBatch,
    NumberList,
    NumberStatus,
    NumbersToSend,
    StoredNumber,
    ToSend,
)
from importer.numbers.storage.unfinished import Unfinished, UnfinishedNumbers

__all__ = [
    "BatchState",
    "Batches",
    "DuplicateScope",
    "Forgotten",
    "JudgedNumber",
    "ListedNumbers",
    "NumberBatch",
    "NumberList",
    "NumberStatus",
    "NumbersFile",
    "NumbersToSend",
    "Prints",
    "StoredNumber",
    "ToSend",
    "Unfinished",
    "UnfinishedNumbers",
    "covers",
    "forget_number",
    "has_all_of",
    "is_checked",
    "leave_out_other_countries",
    "loaded_numbers",
    "prunable_numbers",
    "record_path",
    "remove_key",
    "remove_numbers",
    "set_checked",
    "settle_format",
    "switched_off",
]
