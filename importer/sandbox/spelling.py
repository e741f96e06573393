"""How a server writes telephone numbers, which need not be how it was given them."""

import re

from importer.sandbox.modes import Modes

_NOT_DIGITS = re.compile(r"[^0-9]+")


def spelled(dnumber: str, modes: Modes) -> str:
    """Write a number as this server does; what has no digit stays as it is.

    A number is read as one of another country if it begins with + or 00, as one with the country's code if it begins
    with this, and otherwise as one without, after a leading 0 that is not part of it.
    """
    if modes.spelling == "given":
        return dnumber
    code = str(modes.country_code)
    digits = _NOT_DIGITS.sub("", dnumber)
    if not digits:
        return dnumber
    if not dnumber.startswith("+") and not digits.startswith("00") and not digits.startswith(code):
        digits = code + digits.removeprefix("0")
    return _written(digits.removeprefix("00"), code, modes.spelling)


def _written(digits: str, code: str, spelling: str) -> str:
    if spelling == "digits":
        return digits
    if spelling == "plus":
        return "+" + digits
    if spelling == "international" or not digits.startswith(code):
        return "00" + digits
    significant = digits.removeprefix(code)
    return "0" + significant if spelling == "national" else significant
