"""Numbers as they are written for a server, and what its texts mean."""

import phonenumbers
import pytest

from importer.errors import WrongSettings
from importer.numbers.loading.options import OF_ONE_COUNTRY, WireFormat
from importer.numbers.loading.wire import Wire, in_every_form
from importer.numbers.parsing.judging import e164_of
from importer.numbers.storage import ToSend

LONDON = ToSend(1, 442083661177, "020 8366 1177")


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        (WireFormat.DIGITS, "442083661177"),
        (WireFormat.PLUS, "+442083661177"),
        (WireFormat.INTERNATIONAL, "00442083661177"),
        (WireFormat.NATIONAL, "02083661177"),
        (WireFormat.SIGNIFICANT, "2083661177"),
        (WireFormat.AS_IS, "020 8366 1177"),
    ],
)
def test_each_form(number_format: WireFormat, text: str) -> None:
    """A number is written in the form that was chosen, and all forms of it are read."""
    assert Wire(number_format, "GB").write(LONDON) == text
    assert all(LONDON.e164 in Wire(one, "GB").read(text) for one in WireFormat)


def test_numbers_of_all_countries_are_read_as_they_are_written() -> None:
    """What a server shows of a number of any country, in any form, is read as that number again."""
    lost = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            number = ToSend(1, e164_of(example), None)
            for number_format in WireFormat:
                if number_format is not WireFormat.AS_IS:
                    wire = Wire(number_format, region)
                    if number.e164 not in wire.read(wire.write(number)):
                        lost.append((region, number_format, wire.write(number)))
    assert lost == []


def test_numbers_with_a_calling_code_need_no_country() -> None:
    """Forms with a calling code are read without knowing a country."""
    for number_format in (WireFormat.DIGITS, WireFormat.PLUS, WireFormat.INTERNATIONAL):
        wire = Wire(number_format)
        assert LONDON.e164 in wire.read(wire.write(LONDON))


@pytest.mark.parametrize("text", ["", "no number", "+", "9" * 64, "-5", "0"])
def test_other_texts_are_no_numbers_of_ours(text: str) -> None:
    """Whatever a server shows, nothing is read as a number that it is not."""
    assert LONDON.e164 not in Wire(WireFormat.DIGITS, "GB").read(text)


@pytest.mark.parametrize("number_format", OF_ONE_COUNTRY)
@pytest.mark.parametrize("country", ["", "XX"])
def test_national_forms_need_a_country(number_format: WireFormat, country: str) -> None:
    """Without a country nobody knows which numbers may be sent without their calling code."""
    with pytest.raises(WrongSettings, match="--country"):
        Wire(number_format, country)


def test_texts_that_were_not_kept_cannot_be_sent() -> None:
    """Numbers are sent as they are written only if that is known."""
    with pytest.raises(WrongSettings, match="as-is"):
        Wire(WireFormat.AS_IS).write(LONDON._replace(text=None))


def test_the_choice_hides_the_number() -> None:
    """What a person chooses from shows the beginning and the end of the number in each form, and not the rest."""
    shown = in_every_form(LONDON)
    assert set(shown) == set(WireFormat)
    assert all("8366" not in text and "36611" not in text for text in shown.values())
