"""Whether the conditions of a profile hold for a row of an old dialler."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from importer.migration.joining import Joined
from importer.migration.text_values import NO, YES, Unfit, decimal
from schemas.profile import Condition, Reference, When


def holds(when: When, joined: Joined, cells: Mapping[str, str]) -> bool:
    """Say whether the conditions of a rule hold for a row; `cells` are our parameters as far as they are known."""
    return not when or any(all(_true(one, joined, cells) for one in group) for group in when)


def _true(condition: Condition, joined: Joined, cells: Mapping[str, str]) -> bool:
    reference = condition.reference
    if condition.test == "missing":
        return joined.missing(reference) == (condition.words == ("yes",))
    texts = [text.strip().casefold() for text in seen(reference, joined, cells)]
    match condition.test:
        case "is":
            return any(text in condition.words for text in texts)
        case "not":
            return not any(text in condition.words for text in texts)
        case "has":
            return any(word in condition.words for text in texts for word in text.split())
        case "starts":
            return any(text.startswith(condition.words) for text in texts)
        case "blank":
            return any(texts) == (condition.words == ("no",))
        case "yes":
            return any(text in (YES if condition.words == ("yes",) else NO) for text in texts)
        case "past":
            return any(map(_is_past, texts)) == (condition.words == ("yes",))
        case "same" | "among" | "reaches":
            return _compares_columns(condition, texts, joined, cells)
        case _:
            return any(_compares(condition, text) for text in texts)


def seen(reference: Reference, joined: Joined, cells: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a condition looks at: texts of the old system, all where they are not numbers, or our own cells."""
    if reference.cell:
        return (cells.get(reference.cell, ""),)
    try:
        return joined.texts(reference)
    except Unfit:
        return joined.texts(replace(reference, pick="all"))


def _compares(condition: Condition, text: str) -> bool:
    try:
        number, bound = decimal(text), decimal(condition.words[0])
    except Unfit:
        return False
    return number > bound if condition.test == "above" else number < bound


def _compares_columns(condition: Condition, texts: list[str], joined: Joined, cells: Mapping[str, str]) -> bool:
    other = [text.strip().casefold() for text in seen(condition.other or condition.reference, joined, cells)]
    match condition.test:
        case "same":
            return any(texts) and texts == other
        case "among":
            return any(text and text in words.split() for text in texts for words in other)
        case _:
            return any(_reaches(text, limit) for text in texts for limit in other)


def _reaches(text: str, limit: str) -> bool:
    try:
        return decimal(text) >= decimal(limit)
    except Unfit:
        return False


def _is_past(text: str) -> bool:
    try:
        return date.fromisoformat(text[:10]) < date.today()  # noqa: DTZ011 -- the old system has the user's date
    except ValueError:
        return False
