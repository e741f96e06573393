"""Sheets in the languages of the users' offices: their headings, and their words for yes and no."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from importer.sandbox import Sandbox
from schemas.foreign_headings import FOREIGN_HEADINGS
from schemas.parameters import PARAMETERS
from tests.support.program import Program

Table = Callable[..., Path]

KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods")
YES = {"German": "Ja", "French": "OUI", "Spanish": "Sí", "Italian": "sì", "Dutch": "ja", "Portuguese": " Sim "}
NO = {"German": "Nein", "French": "non", "Spanish": "No", "Italian": "no", "Dutch": "Nee", "Portuguese": "Não"}
CELLS = {"name": "Frühling", "dtype": "queue", "dnumber": "0123", "machine": "off", "retry": "60", "timegroup": "3"}
ROWS = 27


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", FOREIGN_HEADINGS)
def test_a_sheet_in_a_language_is_read_to_its_end(
    program: Program, sandbox: Sandbox, table: Table, language: str, kind: str
) -> None:
    """All headings and words for yes and no of a language mean what the English ones do, in every format."""
    fields = FOREIGN_HEADINGS[language]
    said = [YES[language] if at % 2 else NO[language] for at in range(ROWS)]
    rows = [[(CELLS | {"name": f"n{at}", "enabled": said[at]}).get(name, "") for name in fields] for at in range(ROWS)]
    path = table(f"sheet{kind}", [headings[-1] for headings in fields.values()], *rows)
    done = program("import", path, "--yes", "--json", "--workers", "1")
    assert (done.exit_code, done.counts) == (0, {"created": ROWS})
    sent = [(one["name"], one["enabled"], one["retry"], one["timegroup"]) for one in sandbox.campaigns()]
    assert sorted(sent) == sorted((f"n{at}", at % 2, 60, 3) for at in range(ROWS))
    (note,) = (one for one in done.document["notes"] if one.startswith("Columns matched by name:"))
    assert all(f"→ {one.name}" in note for one in PARAMETERS)


@pytest.mark.parametrize("word", ["sí", "sì", "não", "SÍ"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_may_be_written_as_macos_does(bare: Program, table: Table, word: str, form: str) -> None:
    """A word is the same whether its accent is a part of the letter or a character behind it."""
    path = table(
        "mac.csv", ("name", "dtype", "dnumber", "enabled"), ("A", "queue", "1", unicodedata.normalize(form, word))
    )
    assert bare("validate", path).exit_code == 0


@pytest.mark.parametrize("word", ["oder", "o", "jein", "vielleicht", "não sei", "si no"])
def test_other_words_are_neither_yes_nor_no(bare: Program, table: Table, word: str) -> None:
    """What is not clearly yes or no is refused with its cell."""
    path = table("unclear.csv", ("name", "dtype", "dnumber", "Aktiv"), ("A", "queue", "1", word))
    (problem,) = (one for one in bare("validate", path, "--json").document["problems"] if one["severity"] == "error")
    assert (problem["code"], problem["cell"], problem["found"]) == ("E103", "D2", word)


def test_a_misspelt_heading_of_the_sheets_language_is_asked_about(bare: Program, table: Table) -> None:
    """In a German sheet "Versuhce" is refused as a misspelling, as "atempts" is in an English one."""
    refused = bare("validate", table("d.csv", ("Kampagne", "Zieltyp", "Ziel", "Versuhce"), ("A", "queue", "1", "3")))
    assert refused.exit_code == 2
    assert "unknown heading 'Versuhce'. Did you mean 'attempts'?" in refused.stderr


def test_a_heading_that_is_needed_is_guessed_in_the_sheets_language(bare: Program, table: Table) -> None:
    """Where a field that is needed has no column, a similar heading of the sheet's language is suggested."""
    refused = bare(
        "validate", table("d.csv", ("Kampagne", "Zieltyp", "Zielnummr vorn", "Versuche"), ("A", "queue", "1", "3"))
    )
    assert refused.exit_code == 2
    assert "Did you mean 'Zielnummr vorn'?" in refused.stderr
