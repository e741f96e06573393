"""The headings that administrators write, and the parameters they mean."""

import unicodedata
from collections import Counter

import pytest

from schemas.foreign_headings import FOREIGN_HEADINGS
from schemas.headings import (
    RESULT_HEADINGS,
    is_named_after,
    is_ours,
    is_summary,
    languages_of,
    misspelt,
    other_names,
    parameter_of,
)
from schemas.likeness import bare_heading
from schemas.parameters import PARAMETERS


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_parameter_is_known_by_its_name_and_its_aliases(parameter):
    """A heading means its parameter, whether it is the API's name or what administrators write."""
    assert parameter.aliases
    for heading in (parameter.name, *parameter.aliases):
        assert parameter_of(heading) == parameter.name


def test_no_two_parameters_share_a_heading():
    """A heading never means two parameters."""
    headings = [heading.casefold() for parameter in PARAMETERS for heading in (parameter.name, *parameter.aliases)]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    ("heading", "parameter"),
    [
        ("Campaign name", "name"),
        ("CAMPAIGN_NAME", "name"),
        ("  campaign-name: ", "name"),
        ("Cámpaign ñame", "name"),
        ("Caller ID", "callerid"),
        ("Caller-ID", "callerid"),
        ("Max calls", "maximum"),
        ("Retry (s)", "retry"),
        ("Retry (min)", None),
        ("Keep agents available", "keep_agents_available"),
        ("Ｎame", "name"),
        ("", None),
        ("Budget", None),
    ],
)
def test_case_spaces_accents_and_punctuation_do_not_matter(heading, parameter):
    """Headings match without regard to case, spaces, accents and punctuation; another unit is another heading."""
    assert parameter_of(heading) == parameter


@pytest.mark.parametrize("language", FOREIGN_HEADINGS)
def test_every_parameter_has_headings_in_every_language(language: str) -> None:
    """Each language has words for every field, and each word means that field, with and without its accents."""
    assert list(FOREIGN_HEADINGS[language]) == [parameter.name for parameter in PARAMETERS]
    for parameter, headings in FOREIGN_HEADINGS[language].items():
        assert headings
        for heading in headings:
            for written in (heading, heading.upper(), unicodedata.normalize("NFD", heading)):
                assert parameter_of(written) == parameter


def test_no_heading_is_there_twice_in_any_language() -> None:
    """A heading of a language is no word of our own, nor another field's in any language."""
    own = [bare_heading(name) for one in PARAMETERS for name in (one.name, one.heading, *one.aliases)]
    foreign = [
        bare_heading(name) for fields in FOREIGN_HEADINGS.values() for names in fields.values() for name in names
    ]
    assert not set(own).intersection(foreign)
    assert [name for name, count in Counter(foreign).items() if count > 1] == []


@pytest.mark.parametrize("heading", ["Reintentos", "Client", "Wiederholung (Min.)", "Telefon", "Numéro", "Estado"])
def test_what_a_language_calls_something_else_is_no_field(heading: str) -> None:
    """A number of attempts is no number of seconds, and an English client's name no ID of a customer."""
    assert parameter_of(heading) is None


def test_misspellings_are_sought_in_the_languages_of_the_table_alone() -> None:
    """A German word resembles a field in a German table, and nothing in an English one."""
    assert languages_of(["name", "Zieltyp", "Ziel"]) == ("German",)
    assert misspelt("Versuhce", languages_of(["Kampagne", "Versuhce"])) == "attempts"
    assert misspelt("Versuhce", languages_of(["name", "Versuhce"])) is None
    assert "Notizen" in other_names("description", ("German",))


@pytest.mark.parametrize(("heading", "parameter"), [("namme", "name"), ("dnumbr", "dnumber"), ("xyz", None)])
def test_a_misspelt_heading_is_recognised(heading, parameter):
    """A heading that nearly is one we know can be asked about."""
    assert misspelt(heading) == parameter


def test_what_a_results_file_adds_is_known():
    """The columns of a results file are ours and no parameters, and so is the sheet in front."""
    assert is_ours("import_status")
    assert is_ours(" Import_Status ")
    assert not is_ours("Import status")
    assert not is_ours("name")
    assert is_summary("Import summary")
    assert is_summary("Import summary 2")
    assert not is_summary("Campaigns")


@pytest.mark.parametrize("heading", ["#", "—", " ", "\x00"])
def test_a_heading_of_signs_alone_is_named_after_nothing(heading):
    """A column of the user's own that is headed by a sign is never taken for one of ours, and written over."""
    assert not any(is_named_after(heading, name) for name in (*RESULT_HEADINGS, *(one.name for one in PARAMETERS)))
