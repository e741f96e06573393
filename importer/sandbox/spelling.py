"""How a server writes telephone numbers, which need not be how it was given them."""

import re

from importer.sandbox.modes import Modes

_LONGEST_WITHOUT_COUNTRY = 10
_NOT_DIGITS = re.compile(r"[^0-9]+")


def spelled(dnumber: str, modes: Modes) -> str:
    """Write a number as this server does; what has no digit stays as it is.

    Up to ten digits are read as a number without a country, and a leading 0 as no part of it. What begins with +, 00
    or the country's code, or is longer, has its country.
    """
    if modes.spelling == "given":
        return dnumber
    code = str(modes.country_code)
    digits = _NOT_DIGITS.sub("", dnumber)
    if not digits:
        return dnumber
    if not dnumber.startswith("+") and not digits.startswith(("00", code)) and _is_short(digits):
        digits = code + digits.removeprefix("0")
    return _written(digits.removeprefix("00"), code, modes.spelling)


def _is_short(digits: str) -> bool:
    return digits.startswith("0") or len(digits) <= _LONGEST_WITHOUT_COUNTRY


def _written(digits: str, code: str, spelling: str) -> str:
    if spelling == "digits":
        return digits
    if spelling == "plus":
        return "+" + digits
    if spelling == "international" or not digits.startswith(code):
        return "00" + digits
    significant = digits.removeprefix(code)
    return "0" + significant if spelling == "national" else significant
