"""Forms: what is sent is what the standard library would send, however it is encoded."""

from urllib.parse import parse_qsl, urlencode

from hypothesis import example, given
from hypothesis import strategies as st

from importer.enswitch.form import encoded

NUMBERS = st.lists(st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True), max_size=40).map(",".join)


@given(st.dictionaries(st.text(min_size=1), st.text() | NUMBERS | st.text(min_size=65, max_size=90), max_size=5))
@example({"dnumbers": ",".join(["+442083661177"] * 30), "status": "pending"})
@example({"dnumbers": "٤٤٢," * 40})
def test_a_form_is_that_of_the_standard_library(parameters: dict[str, str]) -> None:
    """Short and long values, lists of numbers and any other text are encoded as the standard library does it."""
    clean = {name: value.encode("utf-8", "ignore").decode() for name, value in parameters.items()}
    assert encoded(clean) == urlencode(clean)
    assert dict(parse_qsl(encoded(clean), keep_blank_values=True)) == clean


def test_a_long_list_of_numbers_is_encoded() -> None:
    """Commas and pluses of a list are encoded, so that they are part of the value."""
    assert encoded({"dnumbers": ",".join(["+44"] * 30)}) == "dnumbers=" + "%2C".join(["%2B44"] * 30)
