"""A table is checked and encoded column by column, and each row comes out as if it had been looked at alone."""

from collections.abc import Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st

from importer.checking import cells_by_parameter, check, judge_of, match_columns
from importer.checking.rules import Checked
from importer.model import RowBlock, Severity, Source, Status
from importer.reading import chunk_of
from schemas.campaign import accepts, encode, encode_columns, fingerprint, fingerprints, former_fingerprints
from schemas.distinct import distinct
from schemas.names import name_of
from schemas.parameters import BY_NAME, KNOWN_DESTINATION_TYPES, PARAMETERS, ParameterKind, is_blank
from schemas.problem_codes import ProblemCode
from tests.support.renamed import renamed

NAMES = tuple(BY_NAME)
ODD = (
    *("", "  ", "NA", "nan", "null", "NULL", "<NA>", "None", "0", "1", "-1", "-3", "2.0", "1.000", "1.5", "-0", " 3"),
    *("queue", "Queue ", "fax", "mailbox", "yes", "WAHR", "off", "retry", "key", "\u0661", "\ud83d", "é", "x" * 40_000),
    *("a\nb", "a\r\nb", "a\rb", "que\nue", " x", "x\u00a0"),
)
TEXTS = st.sampled_from(ODD) | st.text(st.characters(exclude_characters="\0"), max_size=4)
GOOD = {"name": "Spring", "dtype": "queue", "dnumber": "0123"}


@st.composite
def tables(draw: st.DrawFn) -> list[list[dict[str, str]]]:
    """Return the chunks of a table of up to 60 rows: most cells are good or repeated, some are anything."""
    names = [*GOOD, *draw(st.sets(st.sampled_from(NAMES[3:])))]
    some = draw(st.lists(TEXTS, min_size=1, max_size=4))
    cell = st.sampled_from(some) | TEXTS
    rows = st.fixed_dictionaries({name: st.just(GOOD.get(name, "")) | cell for name in names})
    return draw(st.lists(st.lists(rows, min_size=1, max_size=30), min_size=1, max_size=2))


def checked(chunks: list[list[dict[str, str]]]) -> Iterator[Checked]:
    """Check the chunks of a table as an import does; its first row has the number 2."""
    names = tuple(chunks[0][0])
    columns = match_columns(Source(path="plan.xlsx", sheet="Campaigns", headings=names), 1, {})
    judge, first = judge_of(columns), 2
    for rows in chunks:
        numbers = list(range(first, first + len(rows)))
        chunk = chunk_of(names, numbers, [[row[name] for row in rows] for name in names])
        yield check(cells_by_parameter(chunk, columns), chunk, columns, judge)
        first += len(rows)


def wrong_cells(row: dict[str, str]) -> list[str]:
    """Return the parameters whose cells make a row wrong."""
    wrong = [one.name for one in PARAMETERS if not one.accepts(row.get(one.name, ""))]
    agents = row.get("keep_agents_available", "")
    if "keep_agents_available" not in wrong and not is_blank(agents):
        sent = BY_NAME["keep_agents_available"].wire(agents)
        wrong += ["keep_agents_available"] * (sent.startswith("-") and row["dtype"].strip().lower() != "queue")
    return sorted(wrong, key=NAMES.index)


def odd_cells(row: dict[str, str]) -> set[str]:
    """Return the parameters whose cells are worth a warning."""
    texts = {one.name for one in PARAMETERS if one.kind is ParameterKind.TEXT} & set(row)
    spaced = {name for name in texts if not is_blank(row[name]) and row[name] != row[name].strip()}
    names = {one.name for one in PARAMETERS if one.kind is ParameterKind.ID_OR_NAME} & set(row)
    spaced |= {name for name in names if name_of(row[name]) is not None and row[name] != row[name].strip()}
    known = is_blank(row["dtype"]) or row["dtype"].strip().lower() in KNOWN_DESTINATION_TYPES
    return spaced if known else spaced | {"dtype"}


def tidied(row: dict[str, str]) -> dict[str, str]:
    """Return a row as its parameters take it."""
    columns = match_columns(Source(path="plan.xlsx", sheet=None, headings=tuple(row)), 1, {})
    (one,) = renamed(chunk_of(tuple(row), [2], [[text] for text in row.values()]), columns).to_dict("records")
    return {str(name): text for name, text in one.items()}


@settings(deadline=None)
@given(tables())
@example([[{**GOOD, "timegroup": "Queue "}, {**GOOD, "timegroup": " 3"}]])
def test_each_row_is_as_if_it_had_been_checked_alone(chunks: list[list[dict[str, str]]]) -> None:
    """Status, parameters, fingerprints and problems of a row do not depend on the rows beside it."""
    number = 1
    for rows, found in zip(chunks, checked(chunks), strict=True):
        block, blank = found.rows, [all(map(is_blank, row.values())) for row in rows]
        campaigns = dict(zip(block.numbers, block.campaigns(), strict=True))
        known_by = dict(zip(block.numbers, block.fingerprints, strict=True))
        statuses = dict(zip(block.numbers, block.statuses, strict=True))
        for row, is_left_out in zip(map(tidied, rows), blank, strict=True):
            number += 1
            problems = [problem for problem in found.problems if problem.row == number]
            if is_left_out:
                assert [problem.problem_code for problem in problems] == [ProblemCode.NO_CAMPAIGN]
                assert number not in statuses
                continue
            wrong = wrong_cells(row)
            assert [problem.column for problem in problems if problem.severity is Severity.ERROR] == wrong
            assert all(problem.found == row[str(problem.column)] for problem in problems)
            if wrong:
                assert (statuses[number], campaigns[number], known_by[number]) == (Status.INVALID, {}, "")
                assert number not in block.former_fingerprints
            else:
                assert accepts(row)
                assert (statuses[number], list(campaigns[number].items())) == (Status.VALID, list(encode(row).items()))
                assert known_by[number] == fingerprint(encode(row))
                assert block.former_fingerprints.get(number, {}) == former_fingerprints(encode(row))
                assert {problem.column for problem in problems} == odd_cells(row)


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)), max_size=5), st.sets(st.sampled_from(NAMES)))
def test_fingerprints_by_column_are_those_of_the_rows(rows: list[dict[str, str]], missing: set[str]) -> None:
    """A table gives each row the fingerprint that the row has alone, whichever columns it has."""
    names = [name for name in NAMES if name not in missing]
    sent = encode_columns({name: distinct([row[name] for row in rows]) for name in names})
    texts = {name: column.column() for name, column in sent.items()}
    alone = [{name: text for name in names if (text := texts[name][at]) is not None} for at in range(len(rows))]
    assert fingerprints(sent, len(rows)) == [fingerprint(campaign) for campaign in alone]
    accepted = [{name: row[name] for name in names if BY_NAME[name].accepts(row[name])} for row in rows]
    assert alone == [encode(cells) for cells in accepted]


def test_a_refused_row_keeps_its_cells_and_nothing_else() -> None:
    """Of a row that is refused later the same is kept as of one that is wrong."""
    (found,) = checked([[{**GOOD, "description": "a\r\nb"}, GOOD | {"description": ""}]])
    refused = found.rows.refused({2})
    assert list(refused.rows_of_cells()) == list(found.rows.rows_of_cells())
    assert (refused.statuses, refused.fingerprints[0]) == ([Status.INVALID, Status.VALID], "")
    assert list(refused.campaigns()) == [{}, dict(GOOD)]
    assert (list(found.rows.former_fingerprints), dict(refused.former_fingerprints)) == ([2], {})
    assert RowBlock.of([]).refused({2}).numbers == []
