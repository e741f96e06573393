"""Columns hold few distinct texts: each of them is looked at once, however many cells hold it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

Made = TypeVar("Made")
Next = TypeVar("Next")


@dataclass(frozen=True)
class ByDistinct(Generic[Made]):
    """A column of texts, and what is made of each distinct one."""

    texts: Sequence[str]
    made: Mapping[str, Made]

    @cached_property
    def together(self) -> str:
        """The distinct texts, each in a line: what is not in this text is in no cell."""
        return "\n".join(self.made)

    def then(self, function: Callable[[Made], Next]) -> "ByDistinct[Next]":
        """Return what a function makes of that; it is called once for each distinct text."""
        return ByDistinct(self.texts, {text: function(made) for text, made in self.made.items()})

    def column(self) -> list[Made]:
        """Return what is made of each text, in the order of the column."""
        if len(self.made) == 1:
            return [*self.made.values()] * len(self.texts)
        return list(map(self.made.__getitem__, self.texts))


def distinct(texts: Sequence[str]) -> ByDistinct[str]:
    """Return a column whose distinct texts are what is made of them."""
    return ByDistinct(texts, {text: text for text in dict.fromkeys(texts)})


def by_distinct(texts: Iterable[str], function: Callable[[str], Made]) -> list[Made]:
    """Return what a function makes of each text of a column, in its order; it is called once for each distinct one."""
    return distinct(list(texts)).then(function).column()
