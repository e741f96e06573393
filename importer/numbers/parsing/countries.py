"""Which country a text names: by its code, or by its name in any language."""

from collections import defaultdict
from functools import cache, lru_cache

import phonenumbers

from importer.numbers.parsing.library import NO_COUNTRY, main_country
from schemas.countries import ALIASES, ALPHA_3
from schemas.likeness import folded

LONGEST_CODE, LONGEST_NAME = 3, 100
"""How many characters a calling code and the name of a country have at most."""

SAME_AS = "*"
"""How the table of names refers to the name in another language."""


@lru_cache(maxsize=4096)
def country_of(text: str) -> str:
    """Return the code of two letters of the country that a text names, as a code, name or calling code; "" if none."""
    word = text.strip()
    if len(word) > LONGEST_NAME:
        return ""
    code = ALPHA_3.get(word.upper(), word.upper())
    if code in phonenumbers.SUPPORTED_REGIONS:
        return code
    if digits := calling_code(word):
        return main_country(digits).replace(NO_COUNTRY, "")
    return ALIASES.get(folded(word)) or _names().get(folded(word), "")


def calling_code(text: str) -> int:
    """Return the calling code that a text is, such as 44, +44 or 0044; 0 if it is none."""
    digits = text.strip().removesuffix(".0").removeprefix("+").lstrip("0")
    is_code = (
        len(digits) <= LONGEST_CODE
        and digits.isascii()
        and digits.isdecimal()
        and int(digits) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    )
    return int(digits) if is_code else 0


@cache
def _names() -> dict[str, str]:
    """Return the countries by their names; a name that is that of several in different languages means none."""
    # The table takes a while to import, and few lists name their countries.
    from phonenumbers.geodata.locale import LOCALE_DATA

    countries: defaultdict[str, set[str]] = defaultdict(set)
    for country, names in LOCALE_DATA.items():
        if country in phonenumbers.SUPPORTED_REGIONS:
            for name in names.values():
                if not name.startswith(SAME_AS):
                    countries[folded(name)].add(country)
    return {name: next(iter(found)) for name, found in countries.items() if len(found) == 1}
