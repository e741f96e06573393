"""What is sent for a row."""

import pytest

from importer.delivery.sending import to_send
from tests.support.journal_rows import RUN, row


@pytest.mark.parametrize("parameter", ["customer", "owner", "recordgroup", "timegroup"])
def test_a_name_is_never_sent(parameter: str) -> None:
    """Nothing is sent for a row whose names were not looked up: the server would take them for something else."""
    with pytest.raises(ValueError, match="row 2 has a name"):
        to_send(RUN, row(2, **{parameter: "name:jane"}))
