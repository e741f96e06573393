"""No telephone number is written anywhere but into the numbers of a run and the results: everything is searched."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from importer.cli.failures import say_failure
from importer.numbers.storage import NumbersFile
from importer.sandbox import Faults, Modes, Sandbox
from tests.support.every_format import write_format
from tests.support.kills import killed_at_request
from tests.support.leaks import contents, leaks
from tests.support.notifications import mail_lines, post_office
from tests.support.numbers import FIRST, british, write_list
from tests.support.old_leads import as_mysqldump, vicidial
from tests.support.program import Finished, Program
from tests.support.tables import rested, write_table

HEADINGS = ("name", "dtype", "dnumber", "enabled")
ROWS = (("North", "queue", "1", "1"), ("South", "queue", "2", "1"))
FORM = ("--country", "GB", "--number-format", "plus", "--workers", "1", "--accept-refused", "60", "--yes", "--json")
SIZE = 90
PEOPLE = [int(f"44{FIRST + at}") for at in range(SIZE)]
OWN = ("in", "given")
"""The folders, below that of a test, with the user's own files."""


def spelt(number: str, at: int) -> str:
    """Return a number in one of the ways in which people write it, some of them wrong."""
    forms = (
        *("{0}", "+44 (0){1} {2}", "0044-{1}-{2}", "0{1} {2} x5", "{1}{2}", "{0} or {0}", "({0}", "{0}{0}", "tel:{0}"),
        *("'{0}", "{0}.0", "0{1}/{2}", "{0};ext=7", "+1{1}{2}", "%2B44{1}{2}", "{0}\u00a0", "0{1} 0 {2}"),
    )
    return forms[at % len(forms)].format(number, number[1:5], number[5:])


LINES = [f"{('North', 'South')[at % 2]},{spelt(one, at)}" for at, one in enumerate(british(SIZE))]
STRAY = [f"{british(1)[0]},{british(1, 1)[0]}", f"row:{FIRST},{FIRST}", f"{FIRST},North"]


@pytest.fixture
def given(here: Path) -> Path:
    """The user's own files: a sheet, lists, a workbook with numbers in its cells and its own sheet."""
    folder = here / "given"
    folder.mkdir()
    write_table(folder / "campaigns.csv", HEADINGS, ROWS)
    write_list(folder / "leads.csv", *LINES, *STRAY, heading="campaign,phone")
    write_list(folder / "tps.txt", *british(9), heading="number")
    write_list(folder / "bad-tps.txt", *british(9), f"call {british(1)[0]} never", heading="number")
    some = [spelt(one, at) for at, one in enumerate(british(SIZE))]
    cells = [
        (*ROWS[0], "; ".join(some[:40])),
        (*ROWS[1], "\n".join(some[40:])),
        ("Bad", "queue", "x", "maybe", some[0]),
    ]
    write_table(folder / "cells.csv", (*HEADINGS, "numbers"), cells)
    sheets = {"Campaigns": [(*HEADINGS, "Numbers"), *cells], "Numbers": [line.split(",") for line in STRAY]}
    sheets["Numbers"].insert(0, ["campaign", "phone"])
    write_format(folder, "xlsx", sheets).rename(folder / "book.xlsx")
    return folder


@pytest.fixture
def outputs(here: Path) -> tuple[object, ...]:
    """The options that write everything there is to write."""
    files = {"--log": "log.jsonl", "--debug": "debug.log", "--report": "page.html", "--rejects": "rejects.csv"}
    return tuple(word for option, name in files.items() for word in (option, here / name))


@pytest.fixture
def searched(program: Program, here: Path) -> Callable[..., None]:
    """Searches what is there, and what commands have said."""

    def search(*told: Finished) -> None:
        said = [(f"output {at}", f"{one.stdout}\n{one.stderr}".encode()) for at, one in enumerate(told)]
        state = Path(program.settings["journal"]).parent
        files = [
            one for top in {here, state} for one in top.rglob("*") if one.is_file() and not is_own(one, (here, state))
        ]
        assert files
        assert leaks([*said, *contents(files)], PEOPLE) == []

    return search


def is_own(path: Path, tops: tuple[Path, ...]) -> bool:
    """Return whether a file is one of those that may have numbers: the user's, those of a run, and results."""
    parts = next(path.relative_to(top).parts for top in tops if path.is_relative_to(top))
    if parts[0] == "numbers":
        return ".sqlite3" in path.name
    return parts[0] in OWN or ".numbers.2" in path.name or path.suffix == ".xlsx"


def texts_of(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from (one for line in csv.reader(file) for one in line)


IMPORTS = {
    "a list": ("campaigns.csv", "--numbers", "leads.csv"),
    "cells": ("cells.csv",),
    "a workbook": ("book.xlsx",),
    "a workbook and a list": ("book.xlsx", "--numbers", "leads.csv", "--all-numbers"),
}


@pytest.mark.parametrize("case", IMPORTS)
def test_an_import_leaves_no_number(
    program: Program,
    sandbox: Sandbox,
    given: Path,
    outputs: tuple[object, ...],
    searched: Callable[..., None],
    case: str,
) -> None:
    """Whether numbers come in a list, in cells or in a sheet, and whatever is wrong with them."""
    sandbox.modes = Modes(bad_numbers=f"44{FIRST + 20}|44{FIRST + 36}")
    words = [given / one if one.endswith((".csv", ".xlsx")) else one for one in IMPORTS[case]]
    dnc = ("--dnc", given / "tps.txt")
    checked = program("validate", words[0], "--json", "--results", given / "validated.csv")
    planned = program("plan", *words, *dnc, *(one for one in FORM if one != "--yes"))
    told = program("import", *words, *dnc, *FORM, *outputs, "-v")
    assert told.exit_code == 4, told.stderr
    assert sum(one["loaded"] for one in told.document["numbers"]) > 20
    again = program("import", *words, *dnc, *FORM, "-v")
    run = told.document["run"]
    status = [program("numbers", "status", run, *more) for more in ((), ("--json",))]
    shown = [program("show", words[0]), program("runs"), program("runs", run), program("runs", run, "--json")]
    backup = program("journal", "backup", given.parent / "backup.sqlite3")
    searched(checked, planned, told, again, *status, *shown, backup)
    assert not any("numbers" in one and str(FIRST) in one for one in texts_of(given / "validated.csv"))


def test_lists_that_cannot_be_used_leave_no_number(
    program: Program, given: Path, outputs: tuple[object, ...], searched: Callable[..., None]
) -> None:
    """What is said of a list that ends everything has no number in it."""
    sheet, leads = given / "campaigns.csv", given / "leads.csv"
    (given / "wide.csv").write_text("campaign,city\n" + "".join(f"North,{one}\n" for one in british(5)))
    (given / "odd.csv").write_text('campaign,phone\nNorth,"02083660001\nSouth,02083660002"x,02083660003\n')
    (given / "names.csv").write_text(f"{FIRST},{FIRST + 1}\n{FIRST + 2},{FIRST + 3}\n")
    told = [
        program("import", sheet, "--numbers", given / name, *FORM, *outputs[:4])
        for name in ("wide.csv", "odd.csv", "names.csv", "missing.csv")
    ]
    told.append(program("import", sheet, "--numbers", leads, "--dnc", given / "bad-tps.txt", *FORM))
    told.append(program("import", sheet, "--numbers", leads, *FORM[:2], "--accept-refused", "60", "--yes", "-v"))
    told.append(program("import", sheet, "--numbers", leads, *FORM[:4], "--yes"))
    told.append(program("numbers", "check", leads, "--country", "GB", "--dnc", given / "tps.txt", "-v", "--debug", "d"))
    told.append(program("numbers", "check", given / "odd.csv", "--country", "GB", "--json"))
    assert all(one.exit_code for one in told)
    searched(*told)


@pytest.mark.parametrize("fault", ["error_500", "bad_gateway_stored", "cut", "foreign", "empty"])
@pytest.mark.usefixtures("no_waiting")
def test_a_load_that_fails_leaves_no_number(
    program: Program,
    sandbox: Sandbox,
    given: Path,
    outputs: tuple[object, ...],
    searched: Callable[..., None],
    fault: str,
) -> None:
    """Requests that fail, a server that repeats what it got, a scrub and a person who is forgotten."""
    campaign = sandbox.add_campaign(name="There", enabled=0)
    sandbox.modes = Modes(bad_numbers=f"44{FIRST + 21}.*", bad_named="all")
    sandbox.faults = Faults(**{fault: 0.5}, actions=frozenset(["destinations/create", "destinations/list"]), seed=4)
    command = ("numbers", "load", given / "leads.csv", "--campaign", campaign, "--dnc", given / "tps.txt", *FORM)
    told = [program(*command, *outputs[:4], "--batch", "7", "-v")]
    sandbox.faults = Faults()
    run = told[0].document["run"]
    told.append(program("apply", run, "--json", "-v"))
    told.append(program("numbers", "scrub", run, "--dnc", given / "tps.txt", "--country", "GB", "--yes", "-v"))
    told.append(program("numbers", "forget", f"+44{FIRST + 4}"))
    told.append(program("numbers", "forget", f"44{FIRST + 5}", "--country", "GB"))
    searched(*told)


def test_leads_leave_no_number(
    program: Program, given: Path, outputs: tuple[object, ...], searched: Callable[..., None]
) -> None:
    """The leads of an old dialler, with its own table of numbers not to call."""
    (given / "answers.toml").write_text(
        'system = "vicidial"\n[destinations]\n"*" = { dtype = "queue", dnumber = "1" }\n[agents]\n"*" = 6\n'
    )
    forms = [one if at % 2 else spelt(one, at) for at, one in enumerate(british(SIZE))]
    rows = [{"phone_code": "", "phone_number": one, "status": "NEW"} for one in forms]
    (given / "old.sql").write_text(as_mysqldump(vicidial(rows)))
    profile = ("--profile", "auto", "--answers", given / "answers.toml", "--with-leads")
    told = program("import", given / "old.sql", *profile, *FORM, *outputs, "-v")
    assert told.exit_code == 4, told.stderr
    assert told.document["numbers"]
    searched(told, program("numbers", "check", given / "old.sql", "--profile", "auto", "--country", "GB", "-v"))


def test_a_drop_folder_leaves_no_number(
    program: Program,
    sandbox: Sandbox,
    here: Path,
    given: Path,
    outputs: tuple[object, ...],
    searched: Callable[..., None],
) -> None:
    """Messages, notes beside the journal, names of files and documents of a pass: also of files that cannot be used."""
    folder, told = here / "in", here / "told"
    for one in (folder, told):
        one.mkdir()
    there = sandbox.add_campaign(name="There", enabled=0)
    script = 'cat > "$0/$CAMPAIGN_IMPORTER_DELIVERY"'
    with post_office() as office:
        (folder / "drop.toml").write_text(
            f'country = "GB"\nnumber_format = "plus"\nreport = true\nnumbers_beside = "{{stem}}.leads.*"\n'
            f'[numbers_for]\n"one-*" = "{there}"\n'
            f'[notify.command]\nwhen = "always"\nrun = {json.dumps(["sh", "-c", script, str(told)])}\n'
            + mail_lines(office.port)
        )
        for name, source in {
            "night.csv": "campaigns.csv",
            "night.leads.csv": "leads.csv",
            "cells.csv": "cells.csv",
            "cells.leads.csv": "leads.csv",
            "one-list.csv": "leads.csv",
        }.items():
            (folder / name).write_bytes((given / source).read_bytes())
            rested(folder / name)
        finished = [program("drop", folder, "--json", *FORM[6:8], *outputs[:4]) for _ in range(2)]
    assert len(finished[0].document["files"]) > 2
    mails = [("a mail", bytes(mail)) for mail in office.mails]
    assert mails
    assert leaks(mails, PEOPLE) == []
    pages = list(folder.rglob("*.html"))
    assert pages
    assert leaks(contents([*pages, *folder.rglob("*.txt"), *folder.rglob("*.results.2*.csv")]), PEOPLE) == []
    searched(*finished)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a command is killed in a forked process")
@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("request_number", [2, 5, 8, 11])
def test_a_killed_import_leaves_no_number(
    program: Program, given: Path, outputs: tuple[object, ...], searched: Callable[..., None], request_number: int
) -> None:
    """A process that was killed has left nothing that a finished one would not have."""
    words = ("import", given / "cells.csv", "--numbers", given / "leads.csv", *FORM)
    assert killed_at_request(lambda: program(*words, *outputs), request_number, answered=True)
    searched(program("runs"))


def test_a_bug_leaves_no_number(
    program: Program, given: Path, here: Path, searched: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file about a bug has no number, although the error of a library may quote what it was given."""

    def fail(*_: object) -> None:
        raise ValueError(
            f"invalid literal for int() with base 10: '{british(1)[0]}x', +44 20 8366 0002 or 0{FIRST + 3}"
        )

    monkeypatch.setattr(NumbersFile, "close_lists", fail)
    command = (
        "import",
        given / "campaigns.csv",
        "--numbers",
        given / "leads.csv",
        *FORM,
        "--debug",
        here / "debug.log",
    )
    with pytest.raises(ValueError, match="invalid literal") as raised:
        program(*command)
    monkeypatch.setattr("tempfile.tempdir", str(here))
    with suppress(ValueError):
        try:
            raise raised.value
        finally:
            say_failure(raised.value)
    (bug,) = here.glob("campaign-importer-bug-*.txt")
    assert "invalid literal" in bug.read_text(encoding="utf-8")
    searched()


def test_nothing_is_left_after_prune(
    program: Program, sandbox: Sandbox, given: Path, here: Path, outputs: tuple[object, ...]
) -> None:
    """After `prune`, no file of ours has a number: what the user has, and what was handed back, is all there is."""
    told = program("import", given / "book.xlsx", "--numbers", given / "leads.csv", *FORM, *outputs)
    planned = program("plan", given / "cells.csv", *(one for one in FORM if one != "--yes"))
    assert (told.exit_code, planned.exit_code) == (4, 4)
    state = Path(program.settings["journal"]).parent
    kept = [one for one in (state / "numbers").iterdir() if one.suffix == ".sqlite3"]
    assert leaks(contents(kept), PEOPLE), "the search finds nothing where there is something"
    assert program("prune", "--older-than", "2999-01-01", "--yes").exit_code == 0
    files = [one for one in state.rglob("*") if one.is_file() and "given" not in one.parts]
    files = [one for one in files if ".numbers.2" not in one.name and one.suffix != ".xlsx"]
    assert leaks(contents(files), PEOPLE) == []
    assert not list((state / "numbers").glob("*.sqlite3*"))
