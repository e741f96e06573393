"""A golden pair a system: an export in its own layout, and what its profile makes of it."""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest

from importer.migration.answers import Answers, Destination
from importer.migration.answers import load as load_answers
from importer.migration.detecting import detect
from importer.migration.exports import open_source
from importer.migration.migrated import Migration
from importer.migration.profiles.loading import load, load_all, shipped
from importer.migration.translating import translate
from schemas.parameters import BY_NAME
from schemas.profile import ALWAYS_SENT
from tests.support.paths import GOLDEN, SAMPLES


def export(system: str) -> Path:
    """Return the sample of a system, regardless of its form."""
    return next(one for one in (SAMPLES / "legacy").glob(f"{system}.*") if one.suffix != ".toml")


def migration(system: str) -> Migration:
    """Translate the sample of a system with its answers."""
    profile = load(system)
    answers = load_answers(SAMPLES / "legacy" / f"{system}.answers.toml", profile)
    return translate(profile, open_source(export(system), profile.wanted), answers)


@pytest.mark.parametrize("system", shipped())
def test_each_export_becomes_what_is_written_down(system: str) -> None:
    """Every translation, assumption, loss, problem and skip of a sample is that of the golden file.

    REGENERATE=1 writes the files anew.
    """
    made = json.dumps(dataclasses.asdict(migration(system)), indent=1, ensure_ascii=False) + "\n"
    golden = GOLDEN / "legacy" / f"{system}.json"
    if os.environ.get("REGENERATE"):
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("system", shipped())
def test_a_campaign_is_sent_whole_or_not_at_all(system: str) -> None:
    """A campaign without problems has all that must be sent, in words that its cells may hold."""
    good = [one for one in migration(system).campaigns if not one.problems]
    assert good
    for one in good:
        assert {"name", "dtype", "dnumber", *ALWAYS_SENT} <= one.cells.keys()
        assert all(BY_NAME[name].accepts(text) for name, text in one.cells.items())


@pytest.mark.parametrize("system", [one for one in shipped() if one != "generic"])
def test_each_export_is_recognised_by_its_own_profile_alone(system: str) -> None:
    """No two profiles fit the same export, and the names of columns are enough to tell."""
    found = detect(open_source(export(system), None), load_all())
    assert found.profile.system == system
    assert found.decided_by


def test_nothing_of_other_tables_is_in_the_migration() -> None:
    """Users and passwords of a dump reach nothing that is made of it."""
    assert "invented-password" in export("vicidial").read_text(encoding="utf-8")
    assert "invented" not in repr(migration("vicidial"))


def cells(system: str, old_id: str) -> dict[str, Any]:
    return dict(next(one for one in migration(system).campaigns if one.old_id == old_id).cells)


def test_vicidials_blaster() -> None:
    """A survey with ten remote lines at level 4 is 40 calls at once, and success is a key."""
    blaster = next(one for one in migration("vicidial").campaigns if one.old_id == "BLASTER")
    assert blaster.cells == {
        "name": "Reminder calls",
        "dtype": "ivr",
        "dnumber": "0300",
        "attempts": "1",
        "enabled": "1",
        "machine": "failed",
        "maximum": "40",
        "recordgroup": "0",
        "retry": "3600",
        "success": "key",
        "timegroup": "0",
    }
    assert [one for one in blaster.lost if one.startswith("dial_timeout 45")]
    assert [one for one in blaster.assumed if one.startswith("attempts 1")]


def test_vicidials_outbound() -> None:
    """An agent campaign at level 4 is 4 x agents, with detection, to the queue of the map."""
    made = cells("vicidial", "OUTBOUND")
    assert (made["machine"], made["maximum"], made["dtype"], made["dnumber"]) == ("failed", "36", "queue", "0100")


def test_vicidials_inbound_is_left_out() -> None:
    """What is for incoming calls is never created."""
    assert [one.old_id for one in migration("vicidial").skipped] == ["INBOUND", "MANUAL", "LEVEL0"]


@pytest.mark.parametrize(
    ("old_id", "parameter", "expected"),
    [
        ("00012345", "machine", "retry"),
        ("00012345", "maximum", "15"),
        ("00012345", "keep_agents_available", "1"),
        ("00012345", "dnumber", "0101"),
        ("RECYCLE", "attempts", "6"),
        ("RECYCLE", "retry", "1800"),
        ("RECYCLE", "enabled", "0"),
        ("RECYCLE", "machine", "success"),
        ("LEAVEMSG", "attempts", "5"),
        ("LEAVEMSG", "enabled", "0"),
        ("TRUNKS", "maximum", "20"),
        ("TRUNKS", "machine", "off"),
        ("TRUNKS", "callerid", None),
        ("SURVEYX", "maximum", "14"),
        ("SURVEYX", "success", "answer"),
        ("SURVEYV", "maximum", "10"),
        ("SURVEYV", "success", "key"),
        ("SURVEYV", "keep_agents_available", None),
        ("MENU", "machine", "off"),
        ("DISPO", "machine", "retry"),
    ],
)
def test_vicidials_translations_by_hand(old_id: str, parameter: str, expected: str | None) -> None:
    """Each special case of the old settings gives the value that was worked out by hand."""
    assert cells("vicidial", old_id).get(parameter) == expected


def test_references_of_code_are_followed() -> None:
    """In CX as Code the tries and the machines are found through the labels of other resources."""
    profile = load("genesys-cloud")
    path = SAMPLES / "legacy" / "genesys-cloud-code.tf"
    answers = Answers({"flow:Reminder flow": Destination("ivr", "0300")})
    [made] = translate(profile, open_source(path, profile.wanted), answers).campaigns
    assert not made.problems
    assert made.cells == {
        "name": "Reminders",
        "dtype": "ivr",
        "dnumber": "0300",
        "attempts": "3",
        "callerid": "+15559876500",
        "enabled": "1",
        "machine": "failed",
        "maximum": "4",
        "retry": "2700",
        "success": "answer",
    }
    assert [one for one in made.lost if "after a busy number" in one]
