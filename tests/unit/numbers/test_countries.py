"""Countries by their codes and names."""

import phonenumbers
import pytest

from importer.numbers.parsing.countries import calling_code, country_of
from schemas.countries import ALIASES, ALPHA_3


@pytest.mark.parametrize(
    ("text", "country"),
    [
        *(("GB", "GB"), (" gb ", "GB"), ("gbr", "GB"), ("UK", "GB"), ("United Kingdom", "GB"), ("England", "GB")),
        *(("Deutschland", "DE"), ("ALLEMAGNE", "DE"), ("España", "ES"), ("Россия", "RU"), ("日本", "JP")),
        *(("44", "GB"), ("+49", "DE"), ("0033", "FR"), ("1", "US"), ("44.0", "GB"), ("881", "")),
        *(("", ""), ("Atlantis", ""), ("XX", ""), ("999", "")),
    ],
)
def test_a_country_is_known_by_code_name_and_calling_code(text: str, country: str) -> None:
    """Case and language do not matter; what is none is none."""
    assert country_of(text) == country


def test_every_country_is_known_by_its_codes() -> None:
    """The codes of three letters lead to countries of the library, each by another, and no alias is of none."""
    assert {country_of(code) for code in phonenumbers.SUPPORTED_REGIONS} == phonenumbers.SUPPORTED_REGIONS
    assert len(set(ALPHA_3.values())) == len(ALPHA_3) == 249
    assert phonenumbers.SUPPORTED_REGIONS - {"AC", "TA", "XK"} <= set(ALPHA_3.values())
    assert {country for country in ALIASES.values() if country not in phonenumbers.SUPPORTED_REGIONS} == set()


def test_a_calling_code_is_read_as_people_write_it() -> None:
    """With a plus, zeros or a fraction that a program has added."""
    assert [calling_code(text) for text in ("44", "+44", "0044", "44.0", "X", "", "٤٤")] == [44, 44, 44, 44, 0, 0, 0]
