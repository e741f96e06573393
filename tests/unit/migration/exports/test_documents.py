"""Exports as JSON and as Terraform: every wrapping, objects within objects, values as they are written."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.errors import FileRefused
from importer.migration.exports import SourceTable, open_source
from importer.migration.exports.flatten import Ambiguous, JsonNumber, compact, flat
from importer.run_options import ReadingOptions
from tests.support.paths import LEGACY


def tables(path: Path, content: object, wanted: list[str] | None = None) -> dict[str, SourceTable]:
    """Write a document and return its tables."""
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return dict(open_source(path, wanted or []))


def records(table: SourceTable) -> list[dict[str, str | None]]:
    """Return the rows of a table by column."""
    return [dict(zip(table.columns, row.values, strict=False)) for row in table.rows]


ONE = {"id": "a", "name": "Sales"}
WRAPPED = (
    [ONE],
    {"entities": [ONE], "pageSize": 25, "total": 1},
    {"status": "OK", "results": [ONE], "nRecords": 1},
    {"data": [ONE]},
    {"Campaigns": [ONE]},
    {"campaignSummaryList": [ONE], "nextToken": None},
    {"response": {"data": {"items": [ONE]}}},
    {"campaign": ONE},
    ONE,
)


@pytest.mark.parametrize("document", WRAPPED, ids=json.dumps)
def test_each_wrapping_of_an_answer_is_opened(tmp_path: Path, document: object) -> None:
    """A list, a list under a known key, or one object: the records are the same."""
    table = tables(tmp_path / "a.json", document)[""]
    assert (table.columns, [row.values for row in table.rows]) == (("id", "name"), [("a", "Sales")])
    assert open_source(tmp_path / "a.json", None)[""] == SourceTable("", ("id", "name"))


def test_an_answer_without_records_has_no_rows(tmp_path: Path) -> None:
    """An empty list is an empty table, not an object with an empty list."""
    for document in ([], {"entities": [], "total": 0}):
        assert all(not table.rows for table in tables(tmp_path / "a.json", document).values())


def test_an_object_that_holds_a_list_of_its_own_is_one_record(tmp_path: Path) -> None:
    """The telephone columns of a single campaign are not taken for campaigns."""
    document = {"id": "a", "name": "Sales", "phoneColumns": [{"columnName": "Cell"}, {"columnName": "Home"}]}
    assert records(tables(tmp_path / "a.json", document)[""]) == [
        {"id": "a", "name": "Sales", "phoneColumns": '[{"columnName":"Cell"},{"columnName":"Home"}]'}
    ]


def test_values_are_texts_as_they_are_written(tmp_path: Path) -> None:
    """Numbers keep their digits, truth is a word, null is None, objects are JSON and columns of their own."""
    text = """[{"n": 1.50, "big": 123456789012345678901234567890, "e": 1E5, "t": true, "f": false, "z": null, "s": "",
      "o": {"id": 7.0, "in": {"x": "é", "y": [1.0, null]}}, "l": [{"a": 1}, {"a": 2}], "one": [{"a": {"b": 3}}]}]"""
    assert records(tables(tmp_path / "a.json", text)[""]) == [
        {
            "n": "1.50",
            "big": "123456789012345678901234567890",
            "e": "1E5",
            "t": "true",
            "f": "false",
            "z": None,
            "s": "",
            "o": '{"id":7.0,"in":{"x":"é","y":[1.0,null]}}',
            "o.id": "7.0",
            "o.in": '{"x":"é","y":[1.0,null]}',
            "o.in.x": "é",
            "o.in.y": "[1.0,null]",
            "l": '[{"a":1},{"a":2}]',
            "one": '[{"a":{"b":3}}]',
            "one.a": '{"b":3}',
            "one.a.b": "3",
        }
    ]


def test_records_may_have_different_keys(tmp_path: Path) -> None:
    """A record that lacks a key has nothing in its column; the columns are those of all records."""
    table = tables(tmp_path / "a.json", [{"a": 1}, {"b": 2, "a": 3}])[""]
    assert table.columns == ("a", "b")
    assert [(row.place, row.number, row.values) for row in table.rows] == [
        ("[0]", 1, ("1",)),
        ("[1]", 2, ("3", "2")),
    ]


def test_djangos_fixture_has_a_table_a_model(tmp_path: Path) -> None:
    """Each model is a table with its key as `pk`; models that are not wanted are not kept."""
    document = [
        {"model": "auth.user", "pk": 1, "fields": {"password": "secret"}},
        {"model": "dialer_campaign.campaign", "pk": 5, "fields": {"name": "A", "phonebook": [1, 2]}},
    ]
    found = tables(tmp_path / "a.json", document, ["Dialer_Campaign.campaign"])
    assert set(found) == {"dialer_campaign.campaign"}
    assert records(found["dialer_campaign.campaign"]) == [{"pk": "5", "name": "A", "phonebook": "[1,2]"}]
    assert "secret" not in repr(found)
    assert set(open_source(tmp_path / "a.json", None)) == {"auth.user", "dialer_campaign.campaign"}


def test_phpmyadmins_json_has_its_tables(tmp_path: Path) -> None:
    """The parts that are tables are tables, by their names."""
    document = [
        {"type": "header", "version": "5.2.1"},
        {"type": "database", "name": "d"},
        {"type": "table", "name": "campaign", "database": "d", "data": [{"id": "1", "name": None}]},
        {"type": "table", "name": "users", "database": "d", "data": [{"password": "secret"}]},
    ]
    assert records(tables(tmp_path / "a.json", document, ["campaign"])["campaign"]) == [{"id": "1", "name": None}]


def test_an_object_on_each_line_is_a_record(tmp_path: Path) -> None:
    """NDJSON is read line by line; a line that is not an object is refused with its number."""
    table = tables(tmp_path / "a.ndjson", '{"a": 1}\n\n{"a": {"b": 2}}\n')[""]
    assert [(row.place, row.values) for row in table.rows] == [("line 1", ("1",)), ("line 3", ('{"b":2}', "2"))]
    with pytest.raises(FileRefused, match=r"line 3: the text is not JSON"):
        tables(tmp_path / "a.ndjson", '{"a": 1}\n{"a": 2}\n{"a": "secret\n')


BAD = (
    ('{"a": 1', "not JSON"),
    ('[{"a": 1, "a": 2}]', "same key twice"),
    ('[{"a": NaN}]', "NaN is not a JSON number"),
    ('[{"a.b": 1, "a": {"b": 2}}]', "two values would both have the column 'a.b'"),
    ('[{"a": 1}, "secret"]', r"\[1\] is not an object"),
    ('"secret"', "neither an object nor a list"),
    ("[" * 100_000 + "]" * 100_000, "more deeply than in any export"),
    ('[{"a":' * 200 + "1" + "}]" * 200, "more deeply than in any export"),
    ('[{"a": "secret\0"}]', "NUL"),
    ("\ufeff ", "is empty|not JSON|is empty"),
)


@pytest.mark.parametrize(("text", "words"), BAD, ids=[words for _, words in BAD])
def test_json_that_is_wrong_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """What is not certain is refused in a sentence that quotes none of the values."""
    with pytest.raises(FileRefused, match=words) as caught:
        tables(tmp_path / "a.json", text)
    assert "secret" not in caught.value.message
    assert caught.value.__context__ is None


def test_a_number_of_any_length_is_kept(tmp_path: Path) -> None:
    """A number of a hundred thousand digits is a text like any other."""
    digits = "9" * 100_000
    assert records(tables(tmp_path / "a.json", f'[{{"a": {digits}}}]')[""]) == [{"a": digits}]


TF = r"""
# a comment
variable "x" { default = "y" }
resource "genesyscloud_outbound_campaign" "sales" {
  name                = "Sales \"A\"\tü \u00e9 $${kept}"
  abandon_rate        = 5.00
  max                 = 123456789012345678901234567890
  low                 = -0.50
  on                  = true
  off                 = null
  queue_id            = genesyscloud_routing_queue.support.id
  site_id             = "${genesyscloud_site.main.id}"
  list                = ["a", 1.0]
  phone_columns { column_name = "Cell" }
  rule { x = 1 }
  rule { x = 2 }
  settings { inner { alert = false } }
  text                = <<EOF
two
lines
EOF
}
resource "genesyscloud_outbound_campaign" "other" { name = "B" }
resource "genesyscloud_user" "u" { password = "secret" }
"""


@pytest.mark.slow
def test_terraform_has_a_table_a_type_of_resource(tmp_path: Path) -> None:
    """The label is the column `resource`, references are texts, numbers as they are written, one block an object."""
    found = tables(tmp_path / "a.tf", TF, ["genesyscloud_outbound_campaign"])
    assert set(found) == {"genesyscloud_outbound_campaign"}
    first, second = records(found["genesyscloud_outbound_campaign"])
    assert found["genesyscloud_outbound_campaign"].rows[0].place == "resource genesyscloud_outbound_campaign.sales"
    assert first.pop("text", "").rstrip("\n") == "two\nlines"
    assert first == {
        "resource": "sales",
        "name": 'Sales "A"\tü é ${kept}',
        "abandon_rate": "5.00",
        "max": "123456789012345678901234567890",
        "low": "-0.50",
        "on": "true",
        "off": None,
        "queue_id": "${genesyscloud_routing_queue.support.id}",
        "site_id": "${genesyscloud_site.main.id}",
        "list": '["a",1.0]',
        "phone_columns": '[{"column_name":"Cell"}]',
        "phone_columns.column_name": "Cell",
        "rule": '[{"x":1},{"x":2}]',
        "settings": '[{"inner":[{"alert":false}]}]',
        "settings.inner": '[{"alert":false}]',
        "settings.inner.alert": "false",
    }
    assert second["resource"] == "other"
    assert "secret" not in repr(found)


def test_terraform_as_json_is_the_same(tmp_path: Path) -> None:
    """`.tf.json` has the same tables, whether a resource is an object or a list of one."""
    body = {"name": "A", "queue_id": "${genesyscloud_routing_queue.q.id}", "settings": [{"alert": True}]}
    for bodies in (body, [body]):
        document = {"resource": {"genesyscloud_outbound_campaign": {"sales": bodies}}, "terraform": {"x": 1}}
        for whole in (document, {**document, "resource": [document["resource"]]}):
            found = tables(tmp_path / "a.tf.json", whole, ["genesyscloud_outbound_campaign"])
            assert records(found["genesyscloud_outbound_campaign"]) == [
                {"resource": "sales", **body, "settings": '[{"alert":true}]', "settings.alert": "true"}
            ]


BAD_TF = (
    ('resource "a" "b" {\n x = "secret\n}', r"line 2: this is not Terraform"),
    ('resource "a" "b" {\n x = 1\n x = 2\n}', "same attribute twice"),
    ('resource "a" "b" { x = ' + "[" * 20_000 + "]" * 20_000 + "}", "more deeply"),
    ('resource "a" "b" {' + "c {" * 5_000 + "}" * 5_000 + "}", "more deeply"),
    ('resource "a" "b" { x = ' + "1+" * 20_000 + "1 }", "more deeply"),
    ('resource "a" "b" { x = "' + "${x}" * 1_200_000 + '" }', "MiB; of Terraform"),
    ('resource "a" "b" { x = "\0" }', "NUL"),
)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "words"), BAD_TF, ids=[words for _, words in BAD_TF])
def test_terraform_that_is_wrong_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """What cannot be parsed, or only at great cost, is refused in a sentence."""
    with pytest.raises(FileRefused, match=words) as caught:
        tables(tmp_path / "a.tf", text)
    assert "secret" not in caught.value.message
    assert caught.value.__context__ is None


def test_the_example_of_genesys_is_read() -> None:
    """The vendor's own examples give three campaigns and the resources that they refer to."""
    path = LEGACY / "MyPureCloud__terraform-provider-genesyscloud__outbound_resources.tf"
    if not path.exists():
        pytest.skip("the files of other systems are not here")
    found = open_source(path, ["genesyscloud_outbound_campaign"])["genesyscloud_outbound_campaign"]
    assert [row["dialing_mode"] for row in records(found)] == ["agentless", "power", "agentless"]
    assert records(found)[1]["abandon_rate"] == "5.0"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers().map(lambda number: JsonNumber(str(number))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), PLAIN, max_size=4))
def test_compact_json_says_the_same(record: dict[str, object]) -> None:
    """Any value as compact JSON is what Python's json reads back, with numbers as they were written."""
    assert json.loads(compact(record), parse_int=JsonNumber) == record
    try:
        columns = flat(record)
    except Ambiguous:
        return
    assert {key: columns[key] for key in record if record[key] is None} == {
        key: None for key in record if record[key] is None
    }
    assert set(record) <= set(columns)


def test_the_size_of_json_is_bounded(tmp_path: Path) -> None:
    """A file beyond --max-file-size is refused before it is read."""
    (tmp_path / "a.json").write_text("[" + '{"a": 1},' * 100_000 + '{"a": 1}]')
    with pytest.raises(FileRefused, match="MiB"):
        open_source(tmp_path / "a.json", [], ReadingOptions(max_file_size=10_000))
