"""Campaigns that telephone numbers are loaded into are off until all are there, whatever their rows say."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from importer.delivery import Switch, Switched
from importer.journal import Journal
from importer.model import LoadStatus, NumberLoad, Status
from importer.sandbox import Sandbox
from importer.switching import switch
from tests.support.in_process import InProcessImporter

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = (("North", "queue", "1", "1"), ("South", "queue", "2", ""), ("West", "queue", "3", "1"))
"""West has no numbers."""


def loads(run: str, *statuses: LoadStatus) -> list[NumberLoad]:
    """Return the loads of the first rows, of which each has 9 numbers; those of loaded ones are there."""
    return [
        NumberLoad(run=run, number=at, row=at + 1, to_load=9, loaded=9 * (one is LoadStatus.LOADED), status=one)
        for at, one in enumerate(statuses, start=1)
    ]


def enabled(sandbox: Sandbox) -> list[int]:
    """Return `enabled` of each campaign, in the order of their names."""
    return [one["enabled"] for one in sorted(sandbox.campaigns(), key=lambda one: one["name"])]


def create(
    importer: InProcessImporter, table: Callable[..., Path], *statuses: LoadStatus, disabled: bool = False
) -> str:
    """Plan the rows, register the loads, and create the campaigns; return the run."""
    run = importer.plan(table("campaigns.csv", HEADINGS, *ROWS), disabled=disabled).run
    with Journal(importer.journal) as journal:
        journal.number_loads.register(run, loads(run, *statuses))
    importer.apply(run)
    return run


def enable(importer: InProcessImporter, run: str, *, every: bool) -> Switched:
    """Switch on the campaigns of a run."""
    with importer.session("enable") as session:
        return switch(session, run, Switch(enabled=True, every=every))


def test_a_row_with_numbers_is_created_off(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Callable[..., Path]
) -> None:
    """A row that gets numbers is created off, whether its cell says on or nothing; the others are as they say."""
    create(sandbox_importer, table, LoadStatus.WAITING, LoadStatus.WAITING)
    assert enabled(sandbox) == [0, 0, 1]


def test_enable_leaves_campaigns_off_whose_numbers_are_not_all_there(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Callable[..., Path]
) -> None:
    """`enable` refuses campaigns with part of their numbers, also with --all, and switches on the others."""
    run = create(sandbox_importer, table, LoadStatus.LOADED, LoadStatus.IN_DOUBT, disabled=True)
    for every in (False, True):
        switched = enable(sandbox_importer, run, every=every)
        assert switched.done == 2
        (failure,) = switched.failures
        assert f"Not all of the 9 telephone numbers of run {run} are loaded, so it stays off." in failure
        assert enabled(sandbox) == [1, 0, 1]


def test_a_campaign_without_a_number_to_call_stays_off(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Callable[..., Path]
) -> None:
    """A campaign all of whose numbers are refused is created off, and `enable` says why it stays so."""
    run = sandbox_importer.plan(table("campaigns.csv", HEADINGS, ROWS[0])).run
    with Journal(sandbox_importer.journal) as journal:
        journal.number_loads.register(run, [NumberLoad(run=run, number=1, row=2)])
    sandbox_importer.apply(run)
    (failure,) = enable(sandbox_importer, run, every=True).failures
    assert failure.endswith("It has no telephone number to call, so it stays off.")
    assert enabled(sandbox) == [0]


def test_enable_knows_what_another_run_loads_into_a_campaign(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Callable[..., Path]
) -> None:
    """A campaign that a later run is loading numbers into is not switched on by the run that created it."""
    path = table("campaigns.csv", HEADINGS, ROWS[0])
    run = sandbox_importer.load(path).run
    (campaign_id,) = sandbox_importer.ids(run)
    assert campaign_id
    later = sandbox_importer.plan(path).run
    load = NumberLoad(run=later, number=1, campaign_id=campaign_id, to_load=9, status=LoadStatus.PAUSED)
    with Journal(sandbox_importer.journal) as journal:
        journal.number_loads.register(later, [load])
    assert enable(sandbox_importer, run, every=True).done == 0


def test_enable_knows_the_last_load_whatever_the_clock_says(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Callable[..., Path]
) -> None:
    """A clock that was set back before a load makes it no older than a complete one: the campaign stays off."""
    path = table("campaigns.csv", HEADINGS, ROWS[0])
    run = create(sandbox_importer, table, LoadStatus.LOADED)
    (campaign_id, *_) = sandbox_importer.ids(run)
    assert campaign_id
    later = sandbox_importer.plan(path).run
    load = NumberLoad(run=later, number=1, campaign_id=campaign_id, to_load=9, status=LoadStatus.LOADING)
    with Journal(sandbox_importer.journal) as journal:
        journal.number_loads.register(later, [load])
    with closing(sqlite3.connect(sandbox_importer.journal)) as journal_file, journal_file:
        journal_file.execute("UPDATE runs SET started = '2001-01-01T00:00:00+00:00' WHERE id = ?", (later,))
    sandbox.change_campaign(int(campaign_id), enabled=0)
    enable(sandbox_importer, run, every=True)
    assert next(one["enabled"] for one in sandbox.campaigns() if one["id"] == int(campaign_id)) == 0


@pytest.mark.parametrize("before", [0, 1])
def test_an_update_does_not_switch_what_gets_numbers(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Callable[..., Path], before: int
) -> None:
    """A row that was edited and gets numbers is updated and stays off, or on, although its cell says on."""
    create(sandbox_importer, table, LoadStatus.WAITING)
    north = next(one for one in sandbox.campaigns() if one["name"] == "North")
    sandbox.change_campaign(north["id"], enabled=before)
    edited = table("campaigns.csv", (*HEADINGS, "maximum"), ("North", "queue", "1", "1", "7"))
    run = sandbox_importer.plan(edited, on_change="update").run
    with Journal(sandbox_importer.journal) as journal:
        journal.number_loads.register(run, loads(run, LoadStatus.WAITING))
    sandbox_importer.apply(run)
    assert sandbox_importer.statuses(run) == ["updated"]
    north = next(one for one in sandbox.campaigns() if one["name"] == "North")
    assert (north["maximum"], north["enabled"]) == (7, before)


@pytest.mark.parametrize("before", [0, 1])
def test_an_update_does_not_switch_on_what_has_part_of_a_list(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Callable[..., Path], before: int
) -> None:
    """A row that was edited and gets no numbers is updated, and stays off while those of an earlier run are missing."""
    first = create(sandbox_importer, table, LoadStatus.LOADING)
    north = next(one for one in sandbox.campaigns() if one["name"] == "North")
    sandbox.change_campaign(north["id"], enabled=before)
    edited = table("campaigns.csv", (*HEADINGS, "maximum"), ("North", "queue", "1", "1", "7"))
    planned = sandbox_importer.plan(edited, on_change="update")
    assert (planned.to_update, planned.updates_dialling, planned.update_calls) == (1, 0, 0), "the update leaves it off"
    run = planned.run
    sandbox_importer.apply(run)
    north = next(one for one in sandbox.campaigns() if one["name"] == "North")
    assert (north["maximum"], north["enabled"]) == (7, before)
    (row,) = sandbox_importer.rows(run)
    told = f"telephone numbers of run {first} are loaded, so it stays off." in row.message
    assert (row.outcome.status, told) == (Status.UPDATED, not before)


def test_a_lost_answer_of_a_campaign_with_numbers_is_found(
    sandbox: Sandbox, sandbox_importer: InProcessImporter, table: Callable[..., Path]
) -> None:
    """A row with numbers whose answer was lost is looked up as it was sent: off."""
    sandbox.script("create", ["cut"])
    run = create(sandbox_importer, table, *[LoadStatus.WAITING] * 3)
    assert sandbox_importer.statuses(run) == ["created"] * 3
    assert enabled(sandbox) == [0, 0, 0]
