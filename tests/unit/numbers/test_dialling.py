"""How long campaigns take to dial their numbers."""

import pytest

from importer.numbers import dialling_of, prospect


@pytest.mark.parametrize(
    ("numbers", "campaign", "words"),
    [
        (1_000_000, {"attempts": "3", "maximum": "10"}, "312 days of 8 hours, {}: 1,000,000 numbers x 3 attempts, 10"),
        (1_000, {}, "8 hours, {}: 1,000 numbers, 1"),
        (100, {"attempts": ""}, "50 minutes, {}: 100 numbers, 1"),
        (1, {"attempts": "words", "maximum": "0"}, "1 minute, {}: 1 number, 1"),
    ],
)
def test_the_time_follows_from_numbers_attempts_and_calls(numbers: int, campaign: dict[str, str], words: str) -> None:
    """A campaign dials as long as all its attempts take; what it does not say is the default."""
    expected = words.format("at half a minute a call")
    assert prospect([dialling_of(numbers, campaign)]) == f"Dialling takes up to about {expected} at a time."


def test_the_slowest_campaign_counts() -> None:
    """Campaigns dial beside each other, so the longest is named; without numbers there is nothing to say."""
    quick, slow = dialling_of(100, {"maximum": "100"}), dialling_of(50, {})
    words = prospect([slow]).removeprefix("Dialling takes")
    assert prospect([dialling_of(0, {}), slow]) == f"Dialling takes{words}"
    assert prospect([quick, slow]) == f"The slowest of 2 campaigns dials for{words}"
    assert prospect([dialling_of(0, {})]) == prospect([]) == ""
