"""Columns hold few distinct texts: each of them is looked at once, however many cells hold it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Text = TypeVar("Text", bound=str | None)
Made = TypeVar("Made")


def by_distinct(texts: Iterable[Text], function: Callable[[Text], Made]) -> list[Made]:
    """Return what a function makes of each text of a column, in its order; it is called once for each distinct text."""
    made = {text: function(text) for text in dict.fromkeys(texts)}
    return [made[text] for text in texts]
