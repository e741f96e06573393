"""Patterns of do-not-call lists, such as 312XXXXXXX and +4470*: ranges of numbers."""

import re
from collections.abc import Iterable, Iterator

import numpy as np
import phonenumbers
from numpy.typing import NDArray

from importer.numbers.parsing.judging import MOST_DIGITS
from importer.numbers.parsing.library import calling_code_of
from importer.numbers.sorted_numbers import Numbers

Span = tuple[int, int]
"""The first and the last of numbers side by side."""

# A plus or nothing, digits, and what stands for any digits: one X for each, or an asterisk for all that follow.
_PATTERN = re.compile(r"(\+|00)?([0-9]+)(\*|[Xx]+)")
_BETWEEN = re.compile(r"[ ()./-]")


def spans_of(text: str, country: str) -> list[Span]:
    """Return the ranges of numbers that a pattern stands for; [] for a text that is none, or is of no known country."""
    pattern = _PATTERN.fullmatch(_BETWEEN.sub("", text))
    if pattern is None:
        return []
    international, digits, any_digits = pattern.groups()
    beginnings = [digits] if international else list(_beginnings(digits, country))
    beginnings = [one for one in beginnings if len(one) <= MOST_DIGITS]
    return [span for beginning in beginnings for span in _spans(int(beginning), len(beginning), any_digits)]


class Spans:
    """Ranges of numbers, which may overlap."""

    def __init__(self, spans: Iterable[Span]) -> None:
        merged: list[list[int]] = []
        for first, last in sorted(spans):
            if merged and first <= merged[-1][1] + 1:
                merged[-1][1] = max(merged[-1][1], last)
            else:
                merged.append([first, last])
        self._firsts: Numbers = np.array([first for first, _ in merged], dtype=np.int64)
        self._lasts: Numbers = np.array([last for _, last in merged], dtype=np.int64)

    def __len__(self) -> int:
        return len(self._firsts)

    def holds(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Return, for each number, whether it is in one of the ranges."""
        if not len(self._firsts):
            return np.zeros(len(numbers), dtype=np.bool_)
        places = np.searchsorted(self._firsts, numbers, side="right") - 1
        return (places >= 0) & (numbers <= self._lasts[np.maximum(places, 0)])


def _beginnings(digits: str, country: str) -> Iterator[str]:
    """Yield what national digits begin with in E.164, and the digits as they are if they may have a calling code."""
    if not country:
        return
    calling_code = str(calling_code_of(country))
    prefix = phonenumbers.ndd_prefix_for_region(country, True) or ""
    yield calling_code + digits.removeprefix(prefix)
    if digits.startswith(calling_code):
        yield digits


def _spans(beginning: int, length: int, any_digits: str) -> Iterator[Span]:
    lengths = range(MOST_DIGITS - length + 1) if any_digits == "*" else [len(any_digits)]
    for free in lengths:
        if length + free <= MOST_DIGITS:
            yield beginning * 10**free, (beginning + 1) * 10**free - 1
