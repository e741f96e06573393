"""Undos that are killed: whatever the instant, all is undone in the end, and nothing that a human has touched is."""

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from importer.sandbox import FAULT_NAMES, Faults, Sandbox
from tests.support.kills import killed_at_request
from tests.support.numbers import british, write_list
from tests.support.program import Program
from tests.support.soak import Soak
from tests.support.tables import write_table
from tests.support.undo import HEADINGS, Human, imported, names, newest_undo, rows_of, sheet, undone

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a command is killed in a forked process"),
    pytest.mark.usefixtures("unmeasured"),
]

MOST_REQUESTS = 90
CHANCE = 0.2 / len(FAULT_NAMES)
CALM = ("--workers", "1", "--max-errors", "1000", "--max-error-share", "1")


def go_on(program: Program, run: str, *more: str) -> int:
    """Continue the newest undo if there is one that may be continued, else undo the run anew; return the exit code."""
    undo = newest_undo(program)
    if undo is not None:
        told = program("apply", undo, "--json", *more)
        if told.exit_code != 2:
            return told.exit_code
        assert told.document["code"] == "E528"
    return undone(program, run, *more).exit_code


@pytest.mark.parametrize("again", ["apply", "undo"])
@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_an_undo_is_killed_at_each_request(
    program: Program, sandbox: Sandbox, here: Path, answered: bool, again: str
) -> None:
    """Killed at any request, an undo is finished by the next command; then the same file creates each campaign once."""
    stranger = sandbox.add_campaign(name="By hand", dtype="queue", dnumber="1")
    killed = True
    for request in range(1, MOST_REQUESTS):
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        path = sheet(here, 3, label=f"Round {request}", name=f"campaigns-{request}.csv")
        run = imported(program, path)
        killed = killed_at_request(lambda run=run: undone(program, run, *CALM), request, answered=answered)
        code = go_on(program, run) if again == "apply" else undone(program, run).exit_code
        assert code == 0
        assert names(sandbox) == ["By hand"]
        assert {one["status"] for one in rows_of(program, run).values()} == {"deleted"}
        imported(program, path)
        assert Counter(names(sandbox)) == Counter(["By hand", *(f"Round {request} 00{at}" for at in range(3))])
        for one in sandbox.campaigns():
            if one["id"] != stranger:
                sandbox.delete_campaign(one["id"])
        if not killed:
            break
    assert not killed
    assert request > 12


@pytest.mark.parametrize("request_number", [9, 12, 14, 18, 21])
def test_a_load_that_was_killed_is_over_once_it_is_undone(
    program: Program, sandbox: Sandbox, here: Path, journal: Path, request_number: int
) -> None:
    """Nothing suggests to go on with it, and its numbers are not kept any longer than those of a load that is done."""
    path = write_table(here / "three.csv", HEADINGS[:3], [(f"Spring {row}", "queue", "1") for row in range(3)])
    lines = [f"Spring {row},{one}" for row in range(3) for one in british(30, 100 * row)]
    leads = write_list("leads.csv", *lines, heading="campaign,phone")
    load = (
        "import",
        path,
        "--numbers",
        leads,
        "--country",
        "GB",
        "--number-format",
        "digits",
        "--yes",
        "--batch",
        "10",
    )
    assert killed_at_request(lambda: program(*load, *CALM), request_number, answered=True)
    run = str(program("runs", "--json").document[0]["run"])
    program("enable", run, "--yes")
    assert undone(program, run).counts == {"deleted": 3}
    assert "to load the telephone numbers" not in program("apply", run).stderr
    again = program(*load, "--not-again", "30d", "--keep-numbers", "0", "--json")
    assert again.counts == {"created": 3}
    assert {len(sandbox.destinations(one["id"])) for one in sandbox.campaigns()} == {30}
    assert not list((journal.parent / "numbers").glob("*.sqlite3"))


@pytest.mark.parametrize("answered", [False, True], ids=["before it leaves", "once answered"])
def test_the_undo_of_an_update_is_killed_at_each_request(
    program: Program, sandbox: Sandbox, here: Path, answered: bool
) -> None:
    """Killed at any request, the campaigns that a run has updated have their former values in the end."""
    killed = True
    for request in range(1, MOST_REQUESTS):
        program.settings["journal"] = str(here / f"journal-{request}" / "journal.sqlite3")
        path = sheet(here, 3, label=f"Round {request}", name=f"campaigns-{request}.csv")
        imported(program, path)
        before = sandbox.campaigns()
        path.write_text(path.read_text(encoding="utf-8").replace("Wave", "Tide"), encoding="utf-8")
        run = imported(program, path, "--on-change", "update")
        assert sandbox.campaigns() != before
        killed = killed_at_request(lambda run=run: undone(program, run, *CALM), request, answered=answered)
        assert go_on(program, run) == 0
        assert sandbox.campaigns() == before
        if not killed:
            break
    assert not killed
    assert request > 5


def with_human(program: Program, folder: Path, chance: random.Random, *, faulty: bool, label: str) -> Human:
    """Undo a run among faults, kills and the work of a human; then import its file again. Return the human."""
    with Sandbox(heard=lambda request: human.hear(request)) as sandbox:
        human = Human(sandbox, chance, how_often=chance.choice([0.05, 0.1, 0.3]))
        program.settings |= {"url": sandbox.url, "journal": str(folder / f"journal-{label}" / "journal.sqlite3")}
        path = sheet(folder, chance.randrange(3, 30), name=f"campaigns-{label}.csv")
        run = imported(program, path)
        ours = {one["id"]: one["name"] for one in sandbox.campaigns()}
        human.begin()
        if faulty:
            faults = dict.fromkeys(FAULT_NAMES, CHANCE) | {"late": 0, "late_store": 0}
            sandbox.faults = Faults(**faults, seed=chance.randrange(1 << 30), retry_after=0)
        for _ in range(chance.randrange(1, 4)):
            request, answered = chance.randrange(1, 80), chance.random() < 0.5
            human.kills += killed_at_request(lambda: go_on(program, run, *CALM), request, answered=answered)
        undone(program, run, *CALM)
        human.at_work = False
        sandbox.faults = Faults()
        while go_on(program, run) not in (0, 4):
            pass
        # What could not be looked up among the faults was left alone.
        assert undone(program, run).exit_code in (0, 4)
        human.lost = human.in_the_window()
        judge(program, sandbox, human, ours, path)
        return human


def judge(program: Program, sandbox: Sandbox, human: Human, ours: dict[int, str], path: Path) -> None:
    """Assert that what was touched is there, what was not is gone, and that the file can be imported again."""
    there = {one["id"]: one["name"] for one in sandbox.campaigns()}
    assert human.wronged() == []
    assert human.own <= there.keys()
    assert {one for one in ours if one in there} <= human.touched.keys() | human.turned_off
    again = program("import", path, "--yes", "--json")
    assert again.exit_code in (0, 4)
    created = [one["name"] for one in sandbox.campaigns() if one["id"] not in there]
    gone = [name for campaign, name in ours.items() if campaign not in there]
    assert Counter(created) == Counter(gone)


@pytest.fixture
def impatient(program: Program) -> Program:
    """The command line, with a time-out that faults do not make long."""
    program.settings |= {"timeout": "0.3", "settle-wait": "0"}
    return program


@pytest.mark.parametrize("faulty", [False, True], ids=["calm", "faults"])
def test_a_human_at_work(impatient: Program, here: Path, faulty: bool) -> None:
    """What a human has touched before the last look at it stays; everything else is gone, and can be imported again."""
    chance = random.Random(3)
    humans = [with_human(impatient, here, chance, faulty=faulty, label=str(number)) for number in range(6)]
    # How much a human gets done depends on how fast the machine is; that something was done must not.
    assert any(human.touched for human in humans)
    assert any(human.kills for human in humans)


@pytest.mark.soak
def test_a_human_at_work_for_long(impatient: Program, here: Path, soak: Soak) -> None:
    """The same, for as long as there is time; says how often something was touched after the last look at it."""
    tally: Counter[str] = Counter()
    for seed in soak.seeds():
        human = with_human(impatient, here, random.Random(seed), faulty=bool(seed % 2), label=str(seed))
        tally.update(rounds=1, kills=human.kills, touched=len(human.touched), lost_in_the_window=human.lost)
    print(dict(tally))
