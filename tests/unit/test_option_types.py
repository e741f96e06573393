"""The types of options that only the command line has."""

from datetime import UTC, datetime, timedelta

from importer.cli.options.option_types import MomentOrAge, moment_of


def test_an_age_counts_from_when_it_is_used() -> None:
    """A command that runs for weeks means the last thirty days of each day; a date stays that date."""
    month = MomentOrAge().convert("30d", None, None)
    assert month == timedelta(days=30)
    before = datetime.now(UTC)
    assert before <= moment_of(month) + month <= datetime.now(UTC)
    date = MomentOrAge().convert("2026-11-01T00:00+00:00", None, None)
    assert date == moment_of(date) == datetime(2026, 11, 1, tzinfo=UTC)
