"""Translating: what is known is translated, what is not is asked or refused, and what is lost is reported."""

from collections.abc import Mapping, Sequence

import pytest

from importer.errors import FileRefused
from importer.migration.answers import Answers, Destination
from importer.migration.exports import SourceRow, SourceTable
from importer.migration.migrated import Migrated, Migration
from importer.migration.profiles.loading import load, read
from importer.migration.questionnaire import Question
from importer.migration.translating import questions, translate
from schemas.profile import Profile

PROFILE = """
system = "small"
title = "Small"

[recognise]
needed = ["chans"]

[tables]
main = ["camp"]
id = "id"
label = "title"
least = 3
columns = ["id", "title", "chans", "on", "ring"]

[tables.again]
table = ["again"]
join = { camp = "id" }

[columns]
title = "name"
on = "enabled"
chans = { to = "maximum", with = [{ use = "unlimited", texts = ["0"] }] }
"largest again.delay" = "retry"
hours = { to = "timegroup", with = [{ use = "answer", section = "timegroups" }] }
boss = { to = "owner", with = [{ use = "answer", section = "owners" }] }

[values.enabled]
Y = "1"
N = "0"

[[destination]]
kind = "queue"
names = ["q", "words more"]

[defaults]
machine = "off"

[[skip]]
when = { kind = ["in"] }
reason = "It is for incoming calls."

[lost]
ring = { unused = ["30"], what = "the ring time" }
"""
SMALL = read(PROFILE, "small.toml")
ANSWERS = Answers(
    {"queue:5": Destination("queue", "0100")}, {"unlimited": {"*": "9"}, "timegroups": {"day": "4"}, "owners": {}}
)


def table(name: str, columns: Sequence[str], *rows: Sequence[str | None]) -> SourceTable:
    places = (SourceRow(f"line {number}", number, tuple(row)) for number, row in enumerate(rows, start=1))
    return SourceTable(name, tuple(columns), tuple(places))


def tables(*given: SourceTable) -> Mapping[str, SourceTable]:
    return {one.name: one for one in given}


def one(values: Mapping[str, str | None], *beside: SourceTable, answers: Answers = ANSWERS) -> Migrated:
    """Translate one campaign, given as columns and texts on top of good ones."""
    row = {"id": "1", "title": "Spring", "chans": "3", "on": "Y", "q": "5", **values}
    made = translate(SMALL, tables(table("camp", list(row), list(row.values())), *beside), answers)
    return made.campaigns[0]


def test_a_good_row_is_translated() -> None:
    """The cells hold what is to be sent, and the report says where it comes from."""
    made = one({})
    assert made.cells == {
        "name": "Spring",
        "dtype": "queue",
        "dnumber": "0100",
        "enabled": "1",
        "machine": "off",
        "maximum": "3",
    }
    assert "enabled 1 from on Y" in made.translated
    assert "maximum 3 from chans" in made.translated
    assert (made.place, made.number, made.old_id, made.old_name) == ("line 1", 1, "1", "Spring")
    assert not made.problems


def test_a_destination_that_nobody_knows_makes_the_campaign_invalid() -> None:
    """The old name is reported, and nothing is guessed."""
    made = one({"q": "777"})
    assert [(problem.parameter, '"queue:777"' in problem.sentence) for problem in made.problems] == [("dnumber", True)]
    assert "dtype" not in made.cells


def test_a_second_name_finds_the_destination() -> None:
    """Names are asked in their order before the destination for all others."""
    assert one({"q": "777", "more": " 6 5 -"}).cells["dnumber"] == "0100"


def test_the_destination_for_all_others_is_told() -> None:
    """It is taken where nothing else is known, and reported as an assumption."""
    made = one({"q": "777"}, answers=Answers({"*": Destination("phone", "1")}, ANSWERS.sections))
    assert made.cells["dnumber"] == "1"
    assert any("queue:777" in sentence for sentence in made.assumed)


def test_an_unknown_word_is_refused() -> None:
    """A value that the profile does not know is reported with those that it does."""
    [problem] = one({"on": "Z"}).problems
    assert problem.parameter == "enabled"
    assert "'Z' is not one of the known values (y, n)" in problem.sentence


@pytest.mark.parametrize(("chans", "expected"), [("0", "9"), ("4.0", "4")])
def test_no_limit_needs_a_number(chans: str, expected: str) -> None:
    """Where the old system has no limit, the number comes from the person."""
    assert one({"chans": chans}).cells["maximum"] == expected


def test_a_missing_number_is_refused() -> None:
    """Without the answer, and without a value at all, the campaign is not sent."""
    assert [each.parameter for each in one({"chans": "0"}, answers=Answers(ANSWERS.destinations)).problems] == [
        "maximum"
    ]
    assert [each.parameter for each in one({"chans": None}).problems] == ["maximum"]
    assert [each.parameter for each in one({"chans": "-4"}).problems] == ["maximum"]


def test_calling_hours_that_nobody_knows_stop_the_campaign() -> None:
    """A campaign is not let dial at any hour because a question was not answered."""
    assert one({"hours": "day"}).cells["timegroup"] == "4"
    assert [each.parameter for each in one({"hours": "night"}).problems] == ["timegroup"]


def test_an_owner_that_nobody_knows_is_lost() -> None:
    """What does no harm is reported as lost, and the campaign is sent."""
    made = one({"boss": "ann"})
    assert not made.problems
    assert any(sentence.startswith("owner: ") and "'ann'" in sentence for sentence in made.lost)


@pytest.mark.parametrize(("ring", "losses"), [("30", 0), (None, 0), ("", 0), ("45", 1)])
def test_only_real_losses_are_told(ring: str | None, losses: int) -> None:
    """A column that was not used loses nothing."""
    assert len(one({"ring": ring}).lost) == losses


def test_a_person_knows_better() -> None:
    """What the answers say about a parameter goes before what the export says."""
    said = Answers(ANSWERS.destinations, {"parameters.machine": {"1": "retry"}, "parameters.maximum": {"*": "2"}})
    made = one({}, answers=said)
    assert (made.cells["machine"], made.cells["maximum"]) == ("retry", "2")


def test_companions_are_joined_by_their_keys() -> None:
    """Only the rows that belong to the campaign count, and the largest of them is taken."""
    again = table("again", ["camp", "delay"], ["1", "60"], ["2", "9000"], ["1", "300"])
    assert one({}, again).cells["retry"] == "300"


def test_skipped_campaigns_are_listed() -> None:
    """What is left out is reported with its reason, and is not a campaign."""
    made = translate(SMALL, tables(table("camp", ["id", "title", "chans", "kind"], ["1", "A", "2", "IN"])), ANSWERS)
    assert made.campaigns == ()
    assert [(each.old_name, each.reason) for each in made.skipped] == [("A", "It is for incoming calls.")]
    assert made.totals.skipped == 1


def test_rows_without_names_are_read_by_position() -> None:
    """Rows may be longer than what is known: columns are only ever appended."""
    rows = table("camp", (), ["1", "Long", "3", "Y", "30", "new", "newer"], ["2", "Short", "4"])
    made = translate(SMALL, tables(rows), ANSWERS)
    assert [each.cells["name"] for each in made.campaigns] == ["Long", "Short"]


def test_rows_that_are_too_short_are_refused() -> None:
    """A row that cannot be of this table is refused with its place."""
    with pytest.raises(FileRefused, match="line 1 has 2 values; Small has at least 3"):
        translate(SMALL, tables(table("camp", (), ["1", "A"])), ANSWERS)


def test_a_file_without_the_table_is_refused() -> None:
    """The message says which table and columns are needed."""
    with pytest.raises(FileRefused, match=r"no table of campaigns of Small .*camp.*chans"):
        translate(SMALL, tables(table("other", ["id"], ["1"])), ANSWERS)


def test_headings_are_found_whatever_their_form() -> None:
    """Case, blanks and underscores of a heading do not count."""
    made = translate(SMALL, tables(table("", ["ID", "Title", "Chans", "On", "Q"], ["1", "A", "2", "y", "5"])), ANSWERS)
    assert made.campaigns[0].cells["name"] == "A"


def test_the_questions_are_those_that_the_export_raises() -> None:
    """Nothing is asked that no campaign needs, and each question says which campaigns do."""
    columns = ["id", "title", "chans", "q", "hours"]
    asked = questions(SMALL, tables(table("camp", columns, ["1", "A", "0", "5", "day"], ["2", "B", "3", "5", ""])))
    assert [(each.section, each.key, each.campaigns) for each in asked.questions] == [
        ("destinations", "queue:5", ("A", "B")),
        ("unlimited", "1", ("A",)),
        ("timegroups", "day", ("A",)),
        ("parameters.enabled", "1", ("A",)),
        ("parameters.enabled", "2", ("B",)),
    ]
    assert isinstance(asked.questions[0], Question)


OTHER_NAMES = PROFILE.replace('names = ["q", "words more"]', 'names = [["site", "q"]]\naliases = ["q"]')
IGNORED = '\n[ignored]\nstatistics = ["sum", "again.seen"]\n'


def test_a_key_of_several_parts_is_asked_for_as_a_whole() -> None:
    """Parts that are blank are left out, and a campaign without the last one has no destination."""
    columns = ["id", "title", "chans", "on", "site", "q"]
    rows = (["1", "A", "2", "Y", "north", "5"], ["2", "B", "2", "Y", "", "6"], ["3", "C", "2", "Y", "south", ""])
    asked = questions(read(OTHER_NAMES, "small.toml"), tables(table("camp", columns, *rows)))
    assert [each.key for each in asked.questions] == ["queue:north:5", "queue:6", "queue"]


def test_columns_that_are_not_known_are_told_once() -> None:
    """A column that holds something and is neither read, lost nor ignored is reported, in any case and row."""
    columns = ["id", "title", "chans", "on", "q", "Shade", "blank", "SUM", "list", "deep.er", "deep"]
    values = ["1", "A", "2", "Y", "5", None, " ", "9", "[]", "x", '{"er":"x"}']
    again = table("again", ["camp", "delay", "seen", "why"], ["1", "60", "3", "busy"])
    rows = (values, [*values[:5], "red", *values[6:]], [*values[:5], "blue", *values[6:]])
    made = translate(read(PROFILE + IGNORED, "small.toml"), tables(table("camp", columns, *rows), again), ANSWERS)
    assert made.unknown == (
        "'Shade' is not known to the profile, so it was not migrated.",
        "'deep.er' is not known to the profile, so it was not migrated.",
        "'why' of the table again is not known to the profile, so it was not migrated.",
    )


def test_an_object_is_known_with_all_that_it_holds() -> None:
    """What is said of a column holds for its inner ones."""
    columns = ["id", "title", "chans", "on", "q", "ring.min", "ring"]
    made = translate(SMALL, tables(table("camp", columns, ["1", "A", "2", "Y", "5", "3", '{"min":"3"}'])), ANSWERS)
    assert made.unknown == ()


def test_values_beyond_the_known_columns_are_told() -> None:
    """A row without headings of a newer version is longer, and what it holds there is reported."""
    rows = table("camp", (), ["1", "Long", "3", "Y", "30", "", "newer"], ["2", "Short", "4"])
    made = translate(SMALL, tables(rows), ANSWERS)
    assert made.unknown == ("value 7 is not known to the profile, so it was not migrated.",)


def test_a_table_of_something_else_does_not_fill_the_screen() -> None:
    """Only N columns are named; the others are counted, and a long name is cut."""
    more = [f"{'long' * 20}{number}" for number in range(23)]
    columns = ["id", "title", "chans", "on", "q", *more]
    made = translate(SMALL, tables(table("camp", columns, ["1", "A", "2", "Y", "5", *more])), ANSWERS)
    assert len(made.unknown) == 21
    assert made.unknown[0].startswith(f"'{'long' * 15}…' is not known")
    assert made.unknown[-1] == "3 more columns are not known to the profile, so they were not migrated."


VICIDIAL = load("vicidial")


def vicidial(**values: str) -> Migration:
    row = {
        "campaign_id": "A",
        "campaign_name": "A",
        "active": "Y",
        "dial_method": "RATIO",
        "auto_dial_level": "2",
        "dial_statuses": " NEW -",
        "campaign_vdad_exten": "8369",
        **values,
    }
    said = Answers({"*": Destination("queue", "1")}, {"agents": {"*": "3"}, "timegroups": {"*": "4"}})
    return translate(VICIDIAL, tables(table("vicidial_campaigns", list(row), list(row.values()))), said)


@pytest.mark.parametrize(
    ("values", "machine"),
    [
        ({"campaign_vdad_exten": "8368"}, "off"),
        ({}, "failed"),
        ({"dial_statuses": " NEW AA -"}, "retry"),
        ({"dial_statuses": " NEW NAA -"}, "failed"),
        ({"amd_send_to_vmx": "Y", "am_message_exten": "hello"}, "success"),
        ({"amd_send_to_vmx": "Y", "am_message_exten": "hello", "dial_statuses": " AM NEW -"}, "retry"),
        ({"amd_send_to_vmx": "Y", "am_message_exten": ""}, "failed"),
        ({"cpd_amd_action": "INGROUP"}, "off"),
        ({"cpd_amd_action": "DISPO"}, "failed"),
        ({"campaign_vdad_exten": "8999"}, None),
    ],
)
def test_the_table_of_decisions_about_machines(values: dict[str, str], machine: str | None) -> None:
    """Detection is on, off or refused as the route and its settings say; it is never left out."""
    [made] = vicidial(**values).campaigns
    assert made.cells.get("machine") == machine
    assert bool(made.problems) == (machine is None)


def test_the_list_of_the_api_leaves_machines_to_the_person() -> None:
    """What an export cannot tell is asked for and never assumed."""
    columns = ["campaign_id", "campaign_name", "active", "user_group", "dial_method", "dial_level", "dial_statuses"]
    listed = table("", [*columns, "manual_dial_prefix"], ["A", "A", "Y", "---ALL---", "RATIO", "2", " NEW -", ""])
    said = Answers({"*": Destination("queue", "1")}, {"agents": {"*": "3"}})
    [made] = translate(VICIDIAL, tables(listed), said).campaigns
    assert [each.parameter for each in made.problems] == ["machine"]
    assert any("no caller ID" in sentence for sentence in made.assumed)


def test_junk_in_numbers_is_a_problem_of_its_campaign() -> None:
    """A companion with a text where a number belongs stops its campaign and nothing else."""
    recycle = table(
        "vicidial_lead_recycle",
        ["campaign_id", "status", "attempt_delay", "attempt_maximum", "active"],
        *[["A", "NA", "soon", "x", "Y"], ["A", "NA", "60", "1", "Y"]],
    )
    main = table(
        "vicidial_campaigns",
        [
            "campaign_id",
            "campaign_name",
            "active",
            "dial_method",
            "auto_dial_level",
            "dial_statuses",
            "campaign_vdad_exten",
        ],
        ["A", "A", "Y", "RATIO", "2", " NEW -", "8368"],
    )
    said = Answers({"*": Destination("queue", "1")}, {"agents": {"*": "3"}})
    [made] = translate(VICIDIAL, tables(main, recycle), said).campaigns
    assert [each.parameter for each in made.problems] == ["attempts", "retry"]


def test_translating_knows_no_system_by_name() -> None:
    """Every profile is only data: one of one's own goes the same way."""
    assert isinstance(SMALL, Profile)
    assert one({}).cells["name"] == "Spring"
