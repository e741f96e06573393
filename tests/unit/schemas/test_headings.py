"""The headings that administrators write, and the parameters they mean."""

import pytest

from schemas.headings import RESULT_HEADINGS, is_named_after, is_ours, is_summary, misspelt, parameter_of
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
