"""The text of a cell becomes the texts of single numbers."""

import re

from importer.checking.cells import excel_text, tidy_number

PLAIN_NUMBER = re.compile(r"[0-9+][0-9 ()-]*")
"""The spelling of nearly all numbers: nothing in it has to be taken off or split."""

# A semicolon that begins ";ext=", and two commas, which are pauses in dialling, separate no numbers.
_SEPARATOR = re.compile(r";(?!ext=)|(?<!,),(?!,)|\||[\r\n]+")
_FORMULA_SIGN = re.compile(r"\A=(?=\+?[0-9][0-9 ()-]*\Z)")
_WHOLE = re.compile(r"(\+?[0-9]{5,})\.0")
_NOT_A_DIGIT = re.compile(r"[^0-9]+")

SHORTEST_IN_A_ROW = 7
"""Digits on both sides of a slash from which on they are two numbers: 030/1234567 is one."""


def numbers_in(cell: str) -> list[str]:
    """Return the texts of the numbers in a cell, which are separated by ; , / | or line breaks, each as it is parsed.

    A library that is given two numbers takes the second for an extension of the first, and calls it valid.
    """
    if PLAIN_NUMBER.fullmatch(cell):
        return [cell]
    parts = [part for whole in _SEPARATOR.split(cell) for part in _at_slashes(whole)]
    return [tidied for part in parts if (tidied := bare_number(part))]


def bare_number(text: str) -> str:
    """Return a text without what programs put around a number: apostrophe, equals sign, ".0", unseen characters."""
    tidied = tidy_number(excel_text(text.strip()))
    tidied = _FORMULA_SIGN.sub("", tidied)
    whole = _WHOLE.fullmatch(tidied)
    return whole[1] if whole else tidied


def digits_of(text: str) -> str:
    """Return the digits of a text, those of other scripts among them."""
    return _NOT_A_DIGIT.sub("", text if text.isascii() else tidy_number(text))


def _at_slashes(text: str) -> list[str]:
    parts = text.split("/")
    are_numbers = all(len(digits_of(part)) >= SHORTEST_IN_A_ROW for part in parts)
    return parts if are_numbers else [text]
