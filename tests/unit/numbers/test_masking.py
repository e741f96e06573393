"""Numbers as they may be shown."""

from importer.numbers.masking import masked
from importer.security import without_numbers


def test_most_digits_are_hidden() -> None:
    """A number shows where it is from and how it ends; one that cannot be read, as much; short texts stay."""
    assert masked("020 8366 1177", 442083661177) == "+44 20 8••• ••77"
    assert masked("02083661177x") == "020••••••77x"
    assert masked("n/a") == "n/a"
    assert masked("999") == "999"
    assert masked("\x1b[31m020 8366 1177").count("•") == 8
    assert "\x1b" not in masked("\x1b[31m")


def test_a_sentence_keeps_what_is_no_number() -> None:
    """Counts, cells and names of files stay readable."""
    sentence = "tps-20261101.txt: 1,000 lines, A12: '+44 20 8366 1177'"
    assert without_numbers(sentence, ["tps-20261101.txt"]) == "tps-20261101.txt: 1,000 lines, A12: '+44 2• •••• ••77'"
