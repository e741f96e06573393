"""The library that knows the telephone numbers of the world: the fast one where it is installed.

Both have the same functions and the same tables; tests compare them over all countries.
"""

from functools import cache
from types import ModuleType

import phonenumbers
from phonenumbers import shortnumberinfo

from schemas.countries import is_one_country

NO_COUNTRY = "001"
"""The region of numbers that belong to no country, such as those of satellite telephones."""


def _library() -> ModuleType:
    try:
        import rphonenumbers
    except ImportError:
        return phonenumbers
    return rphonenumbers  # type: ignore[no-any-return]  # it has no types


LIBRARY = _library()


@cache
def only_country(calling_code: int) -> str:
    """Return the country of a calling code; "" if several have it that are not dialled as one."""
    first, *others = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[calling_code]
    return first if all(is_one_country(first, other) for other in others) else ""


@cache
def calling_code_of(country: str) -> int:
    """Return the calling code of a country; 0 if it has none."""
    return int(phonenumbers.country_code_for_region(country))


def main_country(calling_code: int) -> str:
    """Return the main country of a calling code; "" for a code that does not exist."""
    return phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(calling_code, ("",))[0]


@cache
def has_leading_zero(country: str) -> bool:
    """Return whether numbers are written with a zero in front within a country, and without it from abroad."""
    return phonenumbers.ndd_prefix_for_region(country, True) == "0"


def reaches_emergency_services(digits: str, country: str) -> bool:
    """Return whether dialling digits, or their beginning, calls the emergency services of a country."""
    return bool(country) and shortnumberinfo.connects_to_emergency_number(digits, country)
