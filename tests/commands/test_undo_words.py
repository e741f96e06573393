"""What undo and reconcile say to a person, as golden text: each mistake, and each reason for which a campaign stays."""

import re
from pathlib import Path

from importer.sandbox import Modes, Sandbox
from tests.support.golden import golden
from tests.support.program import Finished, Program
from tests.support.undo import imported, sheet, undone


def said(told: Finished, here: Path) -> str:
    """Return what a command says, without what differs from one run to the next."""
    text = told.stderr.replace(f"{here}/", "")
    text = re.sub(r"\.\d{8}-\d{6}(-\d+)?", ".TIME", text)
    text = re.sub(r"\b\d{8}-[0-9a-f]{6}\b", "RUN", text)
    text = re.sub(r"^Saved as .*\n", "", text, flags=re.MULTILINE)  # two results of one second
    text = re.sub(r"/\S*journal\S*", "JOURNAL", text)
    return re.sub(r"127\.0\.0\.1:\d+", "SERVER", text)


def compare(name: str, scenes: dict[str, str]) -> None:
    """Compare what is said in each scene with the golden file."""
    text = "\n".join(f"== {scene}\n{words}" for scene, words in scenes.items())
    assert text == golden(f"texts/{name}.txt", text)


def test_what_is_said_of_mistakes(program: Program, here: Path) -> None:
    """Each line of bad input is a sentence that says what to do."""
    path = sheet(here, 2)
    run = imported(program, path)
    scenes = {
        "an unknown run": program("undo", "20200101-abcdef", "--yes"),
        "two ways to undo": program("undo", run, "--yes", "--off-only", "--force-touched"),
        "nobody to ask": program("undo", run),
        "a backup of another kind": program("undo", run, "--yes", "--backup", "backup.csv"),
        "a backup in no folder": program("undo", run, "--yes", "--backup", "none/backup.xlsx"),
        "another account": program("undo", run, "--yes", "--username", "reseller"),
        "two ways to choose": program("reconcile", run, "--since", "7d"),
    }
    path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
    later = imported(program, path, "--on-change", "update")
    scenes["a later run has updated the same campaigns"] = program("undo", run, "--yes")
    undo = undone(program, later).document["run"]
    scenes["the undo of an undo"] = program("undo", undo, "--yes")
    program("prune", "--older-than", "2100-01-01", "--yes")
    scenes["contents that were removed"] = program("undo", run, "--yes")
    compare("undo-mistakes", {scene: said(told, here) for scene, told in scenes.items()})


def test_what_is_said_of_campaigns_that_stay(program: Program, sandbox: Sandbox, here: Path) -> None:
    """Each reason for which a campaign is kept has its sentence, in the undo and when runs are compared."""
    run = imported(program, sheet(here, 27), "--workers", "1")
    first = sandbox.campaigns()
    sandbox.change_campaign(first[0]["id"], description="Mine", maximum=9)
    sandbox.change_campaign(first[1]["id"], name="Quite another", dnumber="99")
    sandbox.put_destinations(first[2]["id"], "442083660001", status="success")
    sandbox.put_destinations(first[3]["id"], "442083660001", "442083660002")
    sandbox.delete_campaign(first[4]["id"])
    scenes = {"compared": program("reconcile", run)}
    sandbox.modes = Modes(list_fields="few", absent=frozenset(["get"]))
    scenes["compared where the server shows little"] = program("reconcile", run)
    sandbox.modes = Modes()
    scenes["undone"] = program("undo", run, "--yes")
    sandbox.modes = Modes(absent=frozenset(["delete"]))
    other = imported(program, sheet(here, 2, label="Autumn", name="autumn.csv"), "--workers", "1")
    scenes["undone where the server has no delete"] = program("undo", other, "--yes")
    compare("undo-kept", {scene: said(told, here) for scene, told in scenes.items()})
