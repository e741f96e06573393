"""Recognising: by columns, never by the name of a table alone, and never where two systems fit."""

from collections.abc import Mapping

import pytest

from importer.errors import FileRefused
from importer.migration.detecting import detect
from importer.migration.exports import SourceTable
from importer.migration.profiles.loading import load, load_all, read

PROFILES = load_all()


def tables(**columns: str) -> Mapping[str, SourceTable]:
    return {name: SourceTable(name, tuple(text.split())) for name, text in columns.items()}


VICIDIAL = "campaign_id campaign_name active dial_method auto_dial_level campaign_vdad_exten dial_statuses"


@pytest.mark.parametrize(
    ("given", "system"),
    [
        ({"vicidial_campaigns": VICIDIAL}, "vicidial"),
        ({"export": VICIDIAL}, "vicidial"),
        ({"vicidial_campaigns": ""}, "vicidial"),
        ({"vicidial_campaigns": VICIDIAL, "go_campaigns": "campaign_id campaign_type"}, "goautodial"),
        ({"vicidial_campaigns": "", "go_campaigns": ""}, "goautodial"),
        ({"vicidial_campaigns": VICIDIAL + " campaign_type"}, "goautodial"),
        ({"osdial_campaigns": VICIDIAL + " safe_harbor_message campaign_cid_name"}, "osdial"),
        ({"campaign": "id name max_canales estatus retries"}, "issabel"),
        ({"campaign": "campaign_id cpm try_allowed status"}, "ictcore"),
        ({"pkg_campaign": "id frequency forward_number status"}, "magnusbilling"),
        ({"x": "name dialingMode outboundLineCount"}, "genesys-cloud"),
        ({"x": "name dialing_mode contact_list_id"}, "genesys-cloud"),
    ],
)
def test_a_system_is_told_by_its_columns(given: dict[str, str], system: str) -> None:
    """The columns decide, regardless of the name of the table."""
    assert detect(tables(**given), PROFILES).profile.system == system


def test_what_decided_is_told() -> None:
    """The columns by which the system was recognised can be shown to the user."""
    found = detect(tables(campaign="id name max_canales estatus"), PROFILES)
    assert (found.table, found.decided_by) == ("campaign", ("max_canales", "estatus"))


@pytest.mark.parametrize(
    "given",
    [
        {"campaign": "id name status"},
        {"campaign": ""},
        {"pkg_campaign": "id frequency forward_number musiconhold strategy"},
        {"campaigns": "name retries"},
        {},
    ],
)
def test_what_is_not_known_is_refused(given: dict[str, str]) -> None:
    """A table of the same name with other columns is not taken for the system."""
    with pytest.raises(FileRefused, match="not an export of a known system"):
        detect(tables(**given), PROFILES)


def test_two_systems_are_refused() -> None:
    """Where two profiles fit, both are reported with their columns and a person decides."""
    with pytest.raises(
        FileRefused, match=r"several systems: issabel by max_canales, estatus; .*ictcore|ictcore.*issabel"
    ):
        detect(tables(a="max_canales estatus", b="cpm try_allowed"), PROFILES)


def test_a_profile_without_a_fingerprint_never_matches() -> None:
    """The generic profile is only used where it is asked for."""
    assert not load("generic").fingerprint.needed
    own = read('system = "s"\ntitle = "t"\n[tables]\nmain = ["a"]\nid = "i"\nlabel = "i"\n', "own.toml")
    with pytest.raises(FileRefused):
        detect(tables(a="i"), [own])
