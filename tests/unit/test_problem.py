"""What a problem says of its column where no cell stands beside it."""

import pytest

from importer.model import Problem


@pytest.mark.parametrize(
    ("column", "message", "said"),
    [
        ("Max calls", "maximum must be a whole number.", "Max calls: maximum must be a whole number."),
        ("Name", "name has leading spaces.", "name has leading spaces."),
        ("ID", "The value did not change.", "ID: The value did not change."),
        ("Retry (s)", "Retry (s) must be a whole number.", "Retry (s) must be a whole number."),
        (None, "Line 3 has 4 fields.", "Line 3 has 4 fields."),
    ],
)
def test_a_message_names_its_column_once(column: str | None, message: str, said: str) -> None:
    """The column comes first, unless the message names it already, in any case and as a whole word."""
    assert Problem(message, column=column).with_column == said
