"""Leads of old diallers: which are loaded, into which campaign, and with which status."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from importer.errors import FileRefused, WrongUsage
from importer.migration import LeadExport, open_migration
from importer.migration.profiles.loading import load_all
from importer.reading import Chunk
from importer.run_options import DEFAULTS
from schemas.headings import MIGRATION_HEADINGS
from schemas.problem_codes import ProblemCode
from tests.support.every_format import WORKBOOKS, write_format
from tests.support.old_leads import (
    Row,
    Tables,
    as_json,
    as_mysqldump,
    as_pg_dump,
    as_phpmyadmin,
    as_settings,
    as_sheets,
    loaded,
    vicidial,
)
from tests.support.paths import LEGACY, SAMPLES

SYSTEMS = {"vicidial", "goautodial", "osdial", "issabel", "magnusbilling", "fusionpbx"}
"""The systems whose exports hold leads with statuses that are known."""


def written(tables: Tables, name: str = "asterisk.sql") -> Path:
    """Write a dump of some tables and return its path."""
    path = Path(name)
    path.write_text(as_mysqldump(tables))
    return path


def outcome(tables: Tables) -> tuple[str, list[str]]:
    """Return the status of the first lead of an export, "not loaded" if there is none, and the notes."""
    lines, notes = loaded(written(tables))
    return (lines[0][3] if lines else "not loaded"), notes


def noted(notes: Sequence[str], beginning: str) -> str:
    """Return the rest of the note that begins in some way."""
    [note] = [one for one in notes if one.startswith(beginning)]
    return note.removeprefix(beginning)


def code(status: str, **flags: str) -> dict[str, Sequence[Row]]:
    """Return the tables of statuses of VICIdial with one status."""
    none = dict.fromkeys(("human_answered", "sale", "dnc", "unworkable", "scheduled_callback", "completed"), "N")
    return {"statuses": [{"status": status, **none, **flags}]}


def test_the_profiles_with_leads_are_known() -> None:
    """Leads are read of the systems whose statuses are known, and of no others: nothing is guessed."""
    assert {one.system for one in load_all() if one.leads} == SYSTEMS


NINE_RULES = [
    ("DNC", {}, "cancelled"),
    ("DNCL", {}, "cancelled"),
    ("DNCC", {}, "cancelled"),
    ("DNCE", {}, "cancelled"),
    ("VDNC", {"human_answered": "Y"}, "cancelled"),
    ("MYDNC", {"dnc": "Y", "sale": "Y"}, "cancelled"),
    ("NEW", {"sale": "Y", "unworkable": "Y"}, "pending"),
    ("NEW", {"dnc": "Y"}, "cancelled"),
    ("na", {}, "pending"),
    ("QUEUE", {}, "pending"),
    ("INCALL", {"human_answered": "Y"}, "pending"),
    ("CALLBK", {"human_answered": "Y"}, "pending"),
    ("CBHOLD", {}, "pending"),
    ("LATER", {"scheduled_callback": "Y", "completed": "Y"}, "pending"),
    ("SALE", {}, "success"),
    ("BOUGHT", {"sale": "Y", "unworkable": "Y"}, "success"),
    ("DONE", {"completed": "Y"}, "success"),
    ("SVYEXT", {}, "success"),
    ("SVYCLM", {}, "success"),
    ("XFER", {}, "success"),
    ("AM", {}, "success"),
    ("PM", {"unworkable": "Y"}, "success"),
    ("DC", {"human_answered": "Y"}, "failed"),
    ("AFAX", {}, "failed"),
    ("BAD", {"unworkable": "Y", "human_answered": "Y"}, "failed"),
    ("NI", {}, "success"),
    ("TALKED", {"human_answered": "Y"}, "success"),
    ("N", {}, "failed"),
    ("B", {}, "failed"),
    ("DROP", {}, "failed"),
    ("OWN", {}, "failed"),
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("status", "flags", "expected"), NINE_RULES)
def test_vicidials_nine_rules(status: str, flags: Mapping[str, str], expected: str) -> None:
    """The first of the nine rules that fits a status decides, by its flags and by its name."""
    assert outcome(vicidial([{"status": status}], **code(status, **flags)))[0] == expected


@pytest.mark.usefixtures("here")
def test_flags_of_a_campaign_are_for_that_campaign_alone() -> None:
    """A status that two campaigns define differently means in each what that campaign says."""
    none = {"human_answered": "N", "sale": "N", "dnc": "N"}
    own = [
        {"status": "OWN", "campaign_id": "SALES", **none, "sale": "Y"},
        {"status": "OWN", "campaign_id": "OTHER", **none, "dnc": "Y"},
    ]
    tables = vicidial(
        [{"status": "OWN"}, {"status": "OWN", "list_id": 102}],
        campaigns=[{}, {"campaign_id": "OTHER"}],
        lists=[{}, {"list_id": 102, "campaign_id": "OTHER"}],
        campaign_statuses=own,
    )
    lines, _ = loaded(written(tables))
    assert [line[2:] for line in lines] == [("row:2", "success"), ("row:3", "cancelled")]


@pytest.mark.usefixtures("here")
def test_recycled_statuses_are_pending() -> None:
    """A status with an active row of lead recycling is dialled again; one with an inactive row is not."""
    rows = [
        {"recycle_id": 1, "campaign_id": "SALES", "status": "B", "attempt_maximum": 2, "active": "Y"},
        {"recycle_id": 2, "campaign_id": "SALES", "status": "N", "attempt_maximum": 2, "active": "N"},
        {"recycle_id": 3, "campaign_id": "OTHER", "status": "AB", "attempt_maximum": 2, "active": "Y"},
    ]
    lines, _ = loaded(written(vicidial([{"status": one} for one in ("B", "N", "AB")], lead_recycle=rows)))
    assert [line[3] for line in lines] == ["pending", "failed", "failed"]


@pytest.mark.usefixtures("here")
def test_used_up_attempts_are_failed() -> None:
    """A lead that was called as often as call_count_limit allows is not called again."""
    leads = [{"called_count": count} for count in (0, 2, 3, 4)]
    lines, notes = loaded(written(vicidial(leads, campaigns=[{"call_count_limit": 3}])))
    assert [line[3] for line in lines] == ["pending", "pending", "failed", "failed"]
    assert noted(notes, "2 leads failed: ") == "called as often as call_count_limit allows."
    lines, _ = loaded(written(vicidial(leads)))
    assert {line[3] for line in lines} == {"pending"}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("one_list", "reason"),
    [
        ({"active": "N"}, "in lists that are switched off."),
        ({"active": None}, "in lists that are switched off."),
        ({"expiration_date": "2001-01-01"}, "in lists that have expired."),
        ({"list_id": 999}, "in the lists 998 and 999, which every installation has."),
    ],
)
def test_lists_that_are_not_dialled_are_left_out(one_list: Row, reason: str) -> None:
    """Leads of lists that the old system would not dial are not loaded, and that is reported with their number."""
    tables = vicidial([{"list_id": one_list.get("list_id", 101)}] * 3, lists=[one_list])
    status, notes = outcome(tables)
    assert status == "not loaded"
    assert noted(notes, "3 leads not loaded: ") == reason


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("never", ["2099-12-31", "0000-00-00", None])
def test_lists_without_an_end_are_dialled(never: str | None) -> None:
    """A list whose last day is to come, or that has none, is loaded."""
    assert outcome(vicidial([{}], lists=[{"expiration_date": never}]))[0] == "pending"


@pytest.mark.usefixtures("here")
def test_orphans_are_counted() -> None:
    """Leads whose list or campaign is not in the export, or is skipped, are counted by it and not loaded."""
    tables = vicidial(
        [*[{}] * 2, *[{"list_id": 555}] * 3, *[{"list_id": 103}] * 4, *[{"list_id": 104}] * 5],
        campaigns=[{}, {"campaign_id": "HAND", "dial_method": "MANUAL"}],
        lists=[{}, {"list_id": 103, "campaign_id": "TESTCAMP"}, {"list_id": 104, "campaign_id": "HAND"}],
    )
    lines, notes = loaded(written(tables))
    assert len(lines) == 2
    assert noted(notes, "14 leads in the table vicidial_list: ") == "2 pending, 12 not loaded."
    assert noted(notes, "7 leads not loaded: their campaign or list is not in the export ") == (
        "(campaign TESTCAMP: 4, list_id 555: 3)."
    )
    assert noted(notes, "5 leads not loaded: their campaign is skipped ") == "(HAND: 5)."


@pytest.mark.usefixtures("here")
def test_what_is_lost_with_leads_is_reported() -> None:
    """Promised callbacks, stale calls, unknown statuses, further numbers and all other fields are reported."""
    leads = [{"status": one, "alt_phone": "2083660001"} for one in ("CALLBK", "QUEUE", "OWN")]
    _, notes = loaded(written(vicidial(leads)))
    assert noted(notes, "1 lead pending: promised a callback, whose time is lost ")
    assert noted(notes, "1 lead pending: in a call, or about to be, when the export was made ")
    assert noted(notes, "1 lead failed: ") == "a status that the export does not explain."
    assert noted(notes, "3 further numbers of leads not loaded")
    assert noted(notes, "Not carried over from leads: ")
    assert not any("2083660001" in note for note in notes)


def many(count: int) -> Tables:
    """Return many leads, which come before their lists, in three campaigns."""
    return vicidial(
        [
            {
                "list_id": 101 + at % 3,
                "phone_number": str(2083660000 + at),
                "status": ("NEW", "SALE", "DNC", "N")[at % 4],
            }
            for at in range(count)
        ],
        campaigns=[{"campaign_id": name} for name in ("A1", "A2", "A3")],
        lists=[{"list_id": 101 + at, "campaign_id": f"A{at + 1}"} for at in range(3)],
    )


def expected(count: int) -> list[tuple[str, ...]]:
    """Return what comes of them."""
    statuses = ("pending", "success", "cancelled", "failed")
    return [(str(2083660000 + at), "44", f"row:{2 + at % 3}", statuses[at % 4]) for at in range(count)]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "write", [as_mysqldump, as_phpmyadmin, as_settings, as_pg_dump, as_json], ids=lambda one: one.__name__
)
def test_every_form_of_export(write: object) -> None:
    """All programs' exports of the same tables give the same leads, beyond every buffer, leads before lists."""
    assert callable(write)
    tables = many(25_003 if write is not as_settings else 1_003)
    path = Path("export.json" if write is as_json else "export.sql")
    path.write_text(write(tables))
    lines, _ = loaded(path)
    assert lines == expected(len(tables["vicidial_list"]))


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("format_name", WORKBOOKS)
def test_sheets_are_tables(format_name: str) -> None:
    """A workbook whose sheets are the tables gives the same leads."""
    path = write_format(Path(), format_name, as_sheets(many(1_003)))
    assert loaded(path)[0] == expected(1_003)


@pytest.mark.usefixtures("here")
def test_rows_without_columns_are_read_by_their_position() -> None:
    """VICIdial's tables are read by position if the dump has no structure, leads and all other tables."""
    leads = "".join(
        f"INSERT INTO vicidial_list VALUES ({at},'','','{status}','','','',101,'0','N','44','20836600{at:02}');\n"
        for at, status in enumerate(("NEW", "DC", "OWN"), start=10)
    )
    lists = "INSERT INTO vicidial_lists VALUES (101,'One','SALES','Y');\n"
    row = ["''"] * 116
    for place, value in {0: "SALES", 1: "Sales", 2: "Y", 14: "1", 21: "8368", 46: "RATIO", 61: " NEW -"}.items():
        row[place] = f"'{value}'"
    codes = "INSERT INTO vicidial_statuses VALUES ('OWN','','Y','N','','Y','N','N','N','N','N','N');\n"
    path = Path("export.sql")
    path.write_text(f"{leads}INSERT INTO vicidial_campaigns VALUES ({','.join(row)});\n{lists}{codes}")
    assert loaded(path)[0] == [
        ("2083660010", "44", "row:2", "pending"),
        ("2083660011", "44", "row:2", "failed"),
        ("2083660012", "44", "row:2", "success"),
    ]


@pytest.mark.usefixtures("here")
def test_rows_of_leads_are_their_ids() -> None:
    """A lead is found by its ID in the old system; without a number as ID, by its place in the table."""
    tables = vicidial([{"lead_id": 4711}, {"lead_id": "x"}, {"lead_id": "9" * 5_000}])
    path = written(tables)
    path.write_text(as_mysqldump(tables, at_once=1))
    [chunk] = LeadExport(path, "auto", DEFAULTS).chunks()
    assert list(chunk.numbers) == [4711, 2, 3]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("lost", ["vicidial_lists", "vicidial_list"])
def test_exports_without_needed_tables_are_refused(lost: str) -> None:
    """An export without the leads, or without the lists that say whose they are, is refused with the table named."""
    tables = {name: rows for name, rows in vicidial([{}]).items() if name != lost}
    with pytest.raises(FileRefused, match=lost) as refused:
        loaded(written(tables))
    assert refused.value.problem_code is ProblemCode.NO_TABLE


@pytest.mark.usefixtures("here")
def test_a_table_of_campaigns_alone_has_no_leads() -> None:
    """A text file has one table: with the campaigns in it there can be no leads."""
    campaigns = as_sheets(vicidial([{}]))["vicidial_campaigns"]
    path = Path("campaigns.csv")
    path.write_text("".join(f"{','.join(row)}\n" for row in campaigns))
    with pytest.raises(FileRefused, match="vicidial_lists"):
        loaded(path)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("left_out", ["", "DROP TABLE IF EXISTS"])
def test_a_table_that_is_filled_twice_is_refused(left_out: str) -> None:
    """Two dumps in one file would give each lead twice, so they are refused, with or without DROP."""
    path = Path("asterisk.sql")
    lines = as_mysqldump(vicidial([{}])).splitlines()
    path.write_text("\n".join(line for line in lines if not left_out or left_out not in line) * 2)
    with pytest.raises(FileRefused, match="vicidial_list is filled, and then emptied or created again"):
        loaded(path)


def test_systems_without_leads_say_so(tmp_path: Path) -> None:
    """A profile that knows no leads says how the numbers can be loaded otherwise."""
    path = tmp_path / "export.json"
    path.write_text('[{"pk":1,"model":"dialer_campaign.campaign","fields":{"aleg_gateway":1,"intervalretry":1}}]')
    with pytest.raises(WrongUsage, match="--numbers"):
        LeadExport(path, "auto", DEFAULTS)


@pytest.mark.usefixtures("here")
def test_do_not_call_tables() -> None:
    """The list of all campaigns holds for all; that of a campaign for it and for those that use it as well."""
    tables = vicidial(
        [{}],
        campaigns=[{}, {"campaign_id": "B", "use_other_campaign_dnc": "SALES"}, {"campaign_id": "C"}],
        dnc=[{"phone_number": "2083660001"}, {"phone_number": "208XXXXXXX"}],
        campaign_dnc=[
            {"phone_number": "2083660002", "campaign_id": "sales"},
            {"phone_number": "2083660003", "campaign_id": "C"},
            {"phone_number": "2083660004", "campaign_id": "GONE"},
        ],
    )
    parts = [
        (part.source.sheet, part.campaign, list(part.chunk.texts_at(0)))
        for part in LeadExport(written(tables), "auto", DEFAULTS).dnc()
    ]
    assert sorted(parts) == [
        ("vicidial_campaign_dnc", "row:2", ["2083660002"]),
        ("vicidial_campaign_dnc", "row:3", ["2083660002"]),
        ("vicidial_campaign_dnc", "row:4", ["2083660003"]),
        ("vicidial_dnc", "", ["2083660001", "208XXXXXXX"]),
    ]


def issabel(calls: Sequence[Row], lists: Sequence[Row] = ()) -> Tables:
    """Return tables of Issabel with calls of a campaign that tries three times."""
    call = {"id_campaign": 1, "phone": "02083660000", "status": None, "retries": 0, "dnc": 0, "scheduled": 0}
    tables: dict[str, Sequence[Row]] = {
        "calls": [{"id": at, **call, **one} for at, one in enumerate(calls, start=1)],
        "campaign": [{"id": 1, "name": "Cobranza", "retries": 3, "max_canales": 5, "estatus": "A", "queue": "501"}],
        "dont_call": [{"id": 1, "caller_id": "02083660009", "status": "A"}],
    }
    return {**tables, "campaign_lists": lists} if lists else tables


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ({}, "pending"),
        ({"status": "Success", "retries": 3}, "success"),
        ({"status": "NoAnswer", "retries": 2}, "pending"),
        ({"status": "NoAnswer", "retries": 3}, "failed"),
        ({"status": "ShortCall", "retries": 4}, "failed"),
        ({"status": "OnQueue", "retries": 3}, "pending"),
        ({"status": "Abandoned", "scheduled": 1}, "pending"),
        ({"status": "Hangup"}, "not loaded"),
        ({"status": "Success", "dnc": 1}, "cancelled"),
        ({"id_campaign": 9}, "not loaded"),
    ],
)
def test_issabels_statuses(call: Row, expected: str) -> None:
    """Calls of Issabel are pending as long as the campaign allows tries; what is not known is left out."""
    assert outcome(issabel([call]))[0] == expected


@pytest.mark.usefixtures("here")
def test_issabels_lists() -> None:
    """In newer versions a call names a list, which names the campaign; lists that were stopped are left out."""
    calls = [{"id_campaign": None, "id_list": number} for number in (1, 2, 3)]
    lists = [{"id": at, "id_campaign": 1, "status": at} for at in (1, 2, 3)]
    lines, notes = loaded(written(issabel(calls, lists)))
    assert [line[2:] for line in lines] == [("row:2", "pending")]
    assert noted(notes, "2 leads not loaded: ") == "in lists that were stopped or finished."


@pytest.mark.usefixtures("here")
def test_magnusbillings_phone_books() -> None:
    """A phone book that several campaigns call gives its numbers to each of them."""
    tables: Tables = {
        "pkg_campaign": [
            {"id": one, "name": one, "forward_number": "", "frequency": 5, "type": 1} for one in (7, 8, 9)
        ],
        "pkg_campaign_phonebook": [
            {"id_campaign": 7, "id_phonebook": 1},
            {"id_campaign": 9, "id_phonebook": 1},
            {"id_campaign": 8, "id_phonebook": 2},
        ],
        "pkg_phonenumber": [
            {"id": at, "id_phonebook": 1 + at // 5, "number": f"55119999900{at:02}", "status": at % 5}
            for at in range(6)
        ],
    }
    lines, notes = loaded(written(tables))
    assert [(line[0][-2:], *line[2:]) for line in lines] == [
        *[("00", row, "cancelled") for row in ("row:2", "row:4")],
        *[("01", row, "pending") for row in ("row:2", "row:4")],
        *[("02", row, "pending") for row in ("row:2", "row:4")],
        *[("03", row, "success") for row in ("row:2", "row:4")],
        *[("04", row, "cancelled") for row in ("row:2", "row:4")],
        ("05", "row:3", "cancelled"),
    ]
    assert noted(notes, "1 lead pending: ") == "given to the provider, and not confirmed (2)."
    blocked = {"pkg_campaign_restrict_phone": [{"id": 1, "number": 5511999990001, "description": ""}]}
    (part,) = LeadExport(written({**tables, **blocked}), "auto", DEFAULTS).dnc()
    assert (part.source.sheet, part.campaign) == ("pkg_campaign_restrict_phone", "")
    assert list(part.chunk.texts_at(0)) == ["5511999990001"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("form", ["csv", "pg_dump"])
def test_fusionpbxs_numbers_stand_in_a_cell(form: str) -> None:
    """Each line of the cell is a number up to a | or ;, and a comma separates numbers instead of joining them."""
    cell = "2083660000|Ann|x\r\n(208) 366-0001;y\n\n2083660002,2083660003\n"
    columns = ("call_broadcast_uuid", "broadcast_name", "broadcast_concurrent_limit", "broadcast_phone_numbers")
    rows = [("a1", "Storm \\ tide", 5, cell), ("a2", "Empty", 5, None)]
    path = Path(f"broadcasts.{'csv' if form == 'csv' else 'sql'}")
    if form == "csv":
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
    else:
        path.write_text(as_pg_dump({"v_call_broadcasts": [dict(zip(columns, row, strict=True)) for row in rows]}))
    lines, notes = loaded(path)
    assert [line[0] for line in lines] == ["2083660000", "(208) 366-0001", "2083660002", "2083660003"]
    assert {line[2:] for line in lines} == {("row:2", "pending")}
    assert noted(notes, "1 line with a comma: ")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("system", "prefix"), [("vicidial", "vicidial"), ("goautodial", "vicidial"), ("osdial", "osdial")]
)
def test_the_family_of_vicidial(system: str, prefix: str) -> None:
    """The samples of VICIdial and its descendants get leads in the tables that each has, one for each campaign."""
    path = Path("export.sql")
    path.write_text((SAMPLES / "legacy" / f"{system}.sql").read_text())
    campaigns = [
        str(text) for chunk in open_migration(path, system, None, DEFAULTS).chunks for text in legacy_ids(chunk)
    ]
    tables = vicidial(
        [{"list_id": at, "status": "SALE"} for at, _ in enumerate(campaigns)],
        lists=[{"list_id": at, "campaign_id": one} for at, one in enumerate(campaigns)],
        dnc=[{"phone_number": "2083660001"}],
    )
    with path.open("a") as file:
        for name in ("list", "lists", "dnc"):
            file.write(as_settings({f"{prefix}_{name}": tables[f"vicidial_{name}"]}))
    lines, _ = loaded(path)
    assert [line[2:] for line in lines] == [(f"row:{row}", "success") for row in range(2, 2 + len(campaigns))]
    [part] = LeadExport(path, "auto", DEFAULTS).dnc()
    assert part.source.sheet == f"{prefix}_dnc"


def legacy_ids(chunk: Chunk) -> Sequence[str]:
    """Return the old IDs of some campaigns that were migrated."""
    return next(column for at, column in chunk.texts.items() if at == len(chunk.texts) - len(MIGRATION_HEADINGS))


@pytest.mark.usefixtures("here")
def test_alternates_in_a_table_are_counted() -> None:
    """Further numbers that stand in a table beside the leads are counted, too."""
    tables = vicidial([{}], list_alt_phones=[{"lead_id": 1, "phone_number": f"208366000{at}"} for at in range(3)])
    lines, notes = loaded(written(tables))
    assert len(lines) == 1
    assert noted(notes, "3 further numbers of leads not loaded")


REAL = sorted(LEGACY.glob("*.sql")) if LEGACY.is_dir() else []


@pytest.mark.skipif(not REAL, reason="the files of others are not at hand")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_dumps_without_leads_say_so(path: Path) -> None:
    """Extracts of real dumps have lists and no leads: that is said, and nothing else goes wrong."""
    with pytest.raises(FileRefused, match="has no leads"):
        loaded(path)


@pytest.mark.usefixtures("here")
def test_names_from_an_export_are_bounded_and_cleaned() -> None:
    """A list that is not in the export may have any name: it is shown without what steers a terminal, and cut."""
    wide = "\x1b[31m" + "x" * 500
    _, notes = loaded(written(vicidial([{"list_id": wide}, *({"list_id": at} for at in range(20_000, 30_050))])))
    note = noted(notes, "10,051 leads not loaded: their campaign or list is not in the export ")
    assert "\x1b" not in note
    assert len(note) < 800
