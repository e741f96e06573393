"""Which rows of a table have names that are to be looked up on the server: found by the distinct texts of columns."""

from collections.abc import Sequence, Set

from importer.checking.cells import Cells
from importer.checking.text_verdicts import left_to_correct
from schemas.name_lists import DESTINATION, LIST_OF, LIST_OF_DESTINATION, is_looked_up
from schemas.names import name_of


class NamesToLookUp:
    """Goes through the chunks of one table in turn; `count` is the number of different names that it has found."""

    def __init__(self) -> None:
        self._found: set[int] = set()

    @property
    def count(self) -> int:
        """The number of different names so far, those of each list by themselves."""
        return len(self._found)

    def rows(self, numbers: Sequence[int], cells: Cells) -> frozenset[int]:
        """Return the numbers of the rows of a chunk that have names; `cells` are their texts, by parameter."""
        with_names: set[int] = set()
        for parameter, listed in LIST_OF.items():
            if parameter in cells:
                names = {text: name for text in cells[parameter].made if (name := _name(text))}
                self._found |= {hash((listed.kind, name)) for name in names.values()}
                with_names |= _rows_with(numbers, cells[parameter].texts, names.keys())
        return frozenset(with_names | self._destinations(numbers, cells))

    def _destinations(self, numbers: Sequence[int], cells: Cells) -> Set[int]:
        if not {"dtype", DESTINATION} <= cells.keys():
            return frozenset()
        types = {text: one for text in cells["dtype"].made if (one := LIST_OF_DESTINATION.get(text.strip().lower()))}
        texts = {text for text in cells[DESTINATION].made if is_looked_up(text)} if types else set()
        if not texts:
            return frozenset()
        with_names = set()
        for number, dtype, text in zip(numbers, cells["dtype"].texts, cells[DESTINATION].texts, strict=True):
            if text in texts and dtype in types:
                with_names.add(number)
                if name := name_of(text):
                    self._found.add(hash((types[dtype].kind, name)))
        return with_names


def _name(text: str) -> str | None:
    """Return the name that a text stands for, unless results have put it there for somebody to correct."""
    return None if left_to_correct(text) else name_of(text)


def _rows_with(numbers: Sequence[int], texts: Sequence[str], wanted: Set[str]) -> Set[int]:
    """Return the numbers of the rows that have one of the wanted texts."""
    if not wanted:
        return frozenset()
    return {number for number, text in zip(numbers, texts, strict=True) if text in wanted}
