"""What names stand for in a list, as the server shows it."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.naming.entry import Index, entries_of
from importer.naming.listing import Listed, ListRequest
from importer.naming.telling import MOST_SHOWN
from importer.naming.verdicts import MOST_COMPARISONS, Found, Objection, Verdicts
from importer.naming.wanted import wanted_names
from schemas.name_lists import CUSTOMERS, LISTS, PEOPLE, PHONES, TIMEGROUPS, NameList, names_in
from schemas.names import name_of
from schemas.problem_codes import ProblemCode

Rows = list[dict[str, str]]


def verdicts(name_list: NameList, rows: Rows, *others: Listed) -> Verdicts:
    """Return what judges names of a list with these entries, of customer 12."""
    index = Index(name_list)
    index.add(entries_of(name_list, rows))
    customer = "12" if name_list.of_customer else ""
    return Verdicts(Listed(ListRequest(name_list, customer), index), others, {"17": "ACME"})


def found(name_list: NameList, rows: Rows, name: str) -> str | None:
    """Return what a name is sent as; None if it stands for nothing."""
    verdict = verdicts(name_list, rows).of(name)
    return verdict.entry.sent if isinstance(verdict, Found) else None


PERSONS: Rows = [
    {"id": "1", "username": "jane", "forename": "John", "surname": "Smith", "email": "jane@example.com"},
    {"id": "2", "username": "John Smith", "forename": "Jane", "surname": "Doe", "email": "john@example.com"},
    {"id": "3", "username": "sam", "forename": "", "surname": "Sole"},
]


@pytest.mark.parametrize(
    ("name", "sent"),
    [("jane", "1"), ("John Smith", "2"), ("Jane Doe", "2"), ("jane@example.com", "1"), ("SOLE", "3"), ("John", None)],
)
def test_people_are_found_by_user_name_then_full_name_then_address(name: str, sent: str | None) -> None:
    """The most usual kind of name that anybody has decides, exactly before regardless of case."""
    assert found(PEOPLE, PERSONS, name) == sent


def test_a_person_may_be_shown_twice() -> None:
    """An entry that a server repeats is one entry, not several with one name."""
    assert found(PEOPLE, [*PERSONS, *PERSONS], "jane") == "1"


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "2; DROP", "", "9" * 19, "١"])
def test_an_id_that_none_can_be_is_passed_over(number: str) -> None:
    """What a server shows as an ID is sent only if it is one."""
    assert found(TIMEGROUPS, [{"id": number, "name": "Day"}], "Day") is None


def test_ids_are_sent_as_cells_have_them() -> None:
    """Zeros in front of an ID do not make another fingerprint."""
    assert found(TIMEGROUPS, [{"id": "007", "name": "Day"}], "Day") == "7"


def test_telephones_are_sent_by_their_names() -> None:
    """A telephone is found by what it displays, and its line's name is what is sent."""
    rows = [{"id": "5", "name": "hall", "display": "Entrance"}, {"id": "6", "name": "a\x1bb", "display": "Evil"}]
    assert found(PHONES, rows, "Entrance") == "hall"
    assert found(PHONES, rows, "hall") == "hall"
    assert found(PHONES, rows, "Evil") is None


def test_a_deleted_entry_is_named() -> None:
    """If the server shows that an entry of this name was deleted, the message says so."""
    listed = Listed(
        ListRequest(CUSTOMERS),
        Index(CUSTOMERS),
        dict.fromkeys(["Old"], *entries_of(CUSTOMERS, [{"id": "9", "name": "Old"}])),
    )
    verdict = Verdicts(listed, (), {}).of("Old")
    assert verdict == Objection(
        "There is no customer called 'Old'. It was deleted (ID 9). Write another one, or an ID.",
        ProblemCode.NO_SUCH_NAME,
    )


def test_a_name_in_another_customer_is_named_with_it() -> None:
    """Somebody of another customer is never taken; the message says where the name exists."""
    index = Index(PEOPLE)
    index.add(entries_of(PEOPLE, PERSONS))
    verdict = verdicts(PEOPLE, [], Listed(ListRequest(PEOPLE, "17"), index)).of("jane")
    assert isinstance(verdict, Objection)
    assert "'jane' exists in customer ACME (17), not in customer 12." in verdict.message


def test_very_many_misses_take_no_time() -> None:
    """Looking for the likeliest names ends before it takes long."""
    rows = [{"id": str(number), "name": f"Group {number}"} for number in range(1, 3_001)]
    judge = verdicts(TIMEGROUPS, rows)
    judge._comparisons = MOST_COMPARISONS - 4_000
    first, second = judge.of("Grup 1"), judge.of("Grup 2")
    assert isinstance(first, Objection)
    assert isinstance(second, Objection)
    assert "Did you mean" in first.message
    assert "Did you mean" not in second.message


TEXTS = st.text(alphabet="aAbB éE\u0301ß1/-:.", max_size=8)


@given(st.lists(st.tuples(st.integers(1, 50), TEXTS), max_size=12), TEXTS, st.randoms(use_true_random=False))
def test_it_does_not_matter_in_which_order_entries_come(
    entries: list[tuple[int, str]], name: str, chance: random.Random
) -> None:
    """The same name stands for the same entry, or for none, in whatever order the server shows them."""
    rows = [{"id": str(number), "name": text} for number, text in entries]
    mixed = chance.sample(rows, len(rows))
    plain = unicodedata.normalize("NFC", name).strip()
    assert found(TIMEGROUPS, rows, plain) == found(TIMEGROUPS, mixed, plain)


CAMPAIGNS = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(["", "17", "name:ACME", "name:Other"]),
        "owner": st.sampled_from(["1", "name:jane", "name:john"]),
        "dtype": st.sampled_from(["queue", "phone", "forward"]),
        "dnumber": st.sampled_from(["Support", "123", "id:x"]),
    }
)


@given(st.lists(CAMPAIGNS, max_size=20), st.randoms(use_true_random=False))
def test_what_is_looked_up_does_not_depend_on_the_order_of_rows(
    campaigns: list[dict[str, str]], chance: random.Random
) -> None:
    """However rows are sorted, the same names are looked up in the same lists."""
    assert wanted_names(campaigns) == wanted_names(chance.sample(campaigns, len(campaigns)))


@given(st.text(max_size=12))
def test_digits_are_never_a_name(text: str) -> None:
    """Whatever a cell says, digits alone are not a name, and a name is never empty."""
    name = name_of(text)
    assert name is None or name.strip()
    if text.strip().isdecimal():
        assert name is None


def test_names_of_other_destinations_are_left_alone() -> None:
    """Only the types of destinations that have a list take a name."""
    assert names_in({"dtype": "forward", "dnumber": "Support"}) == {}
    assert names_in({"dtype": "queue", "dnumber": "Support"}) == {"dnumber": "Support"}


def test_every_list_has_its_words() -> None:
    """The words of the lists are those of the command line, and what is shown first is bounded."""
    from importer.cli.options.common import KINDS_OF_NAMES

    assert tuple(LISTS) == KINDS_OF_NAMES
    assert MOST_SHOWN > 1
