"""The parameter table is the documented one, and nothing but it."""

import pytest

from schemas.parameters import (
    BY_NAME,
    KNOWN_DESTINATION_TYPES,
    PARAMETERS,
    REQUIRED,
    Parameter,
    ParameterKind,
    is_blank,
)

# bulk/campaigns/create of the vendor's guide (3.14 to 4.4): name, type, required, default.
DOCUMENTED = [
    ("name", "String", True, None),
    ("dtype", "String", True, None),
    ("dnumber", "String", True, None),
    ("attempts", "Integer", False, "1"),
    ("callerid", "String", False, ""),
    ("customer", "Integer", False, None),
    ("description", "String", False, ""),
    ("enabled", "Integer", False, "1"),
    ("machine", "String", False, "failed"),
    ("maximum", "Integer", False, "1"),
    ("keep_agents_available", "Integer", False, "0"),
    ("owner", "Integer", False, "0"),
    ("recordgroup", "Integer", False, "0"),
    ("retry", "Integer", False, "3600"),
    ("success", "String", False, "answer"),
    ("timegroup", "Integer", False, "0"),
]
MINIMUM = {
    "attempts": 1,
    "maximum": 1,
    "customer": 0,
    "owner": 0,
    "recordgroup": 0,
    "retry": 0,
    "timegroup": 0,
    "keep_agents_available": None,
}


def test_the_table_is_the_documented_one() -> None:
    """Names, order, types, which are required and every default are those of the guide."""
    integers = {name for name, kind, *_ in DOCUMENTED if kind == "Integer"}
    table = [
        (one.name, "Integer" if one.name in integers else "String", one.required, one.default) for one in PARAMETERS
    ]
    assert table == DOCUMENTED
    numbers = (ParameterKind.WHOLE_NUMBER, ParameterKind.ID_OR_NAME)
    assert {one.name for one in PARAMETERS if one.kind in numbers} | {"enabled"} == integers


def test_what_belongs_to_the_client_is_not_in_the_table() -> None:
    """Credentials and the dry run's switch can never come from a sheet."""
    assert not {"auth_username", "auth_password", "validation"} & BY_NAME.keys()


def test_required_are_name_dtype_and_dnumber() -> None:
    """Three parameters are required, and no other."""
    assert REQUIRED == ("name", "dtype", "dnumber")


@pytest.mark.parametrize(("name", "minimum"), MINIMUM.items())
def test_bounds_of_whole_numbers(name: str, minimum: int | None) -> None:
    """Attempts and maximum are at least 1, IDs and retry at least 0, keep_agents_available may be negative."""
    assert BY_NAME[name].minimum == minimum
    if minimum is None:
        assert BY_NAME[name].wire("-3") == "-3"
    else:
        assert BY_NAME[name].accepts(str(minimum))
        assert not BY_NAME[name].accepts(str(minimum - 1))


def test_known_destination_types() -> None:
    """The destination types that cause no warning are the ten that are met in the guide and in public clients."""
    assert sorted(KNOWN_DESTINATION_TYPES) == sorted(
        ["mailbox", "phone", "queue", "ivr", "huntgroup", "conference", "forward", "peer", "sipuri", "hangup"]
    )


@pytest.mark.parametrize("text", ["5", "5.0", "5.00", "5.0000", " 5 ", "\t5", "05", "0005.0"])
def test_whole_numbers_as_people_and_excel_write_them(text: str) -> None:
    """`5`, Excel's `5.0`, spaces around and leading zeros all mean 5."""
    assert BY_NAME["attempts"].wire(text) == "5"


@pytest.mark.parametrize(
    "text", ["5.5", "1e3", "5,0", "1 000", "+5", "five", "0x5", "٥", "5.", ".0", "--5", "1" * 19, "5.000", "1.250.000"]
)
def test_what_is_no_whole_number(text: str) -> None:
    """Anything else is refused, not guessed at."""
    assert not BY_NAME["attempts"].accepts(text)


@pytest.mark.parametrize(
    ("text", "sent"),
    [(word, "1") for word in ("1", "true", "TRUE", "yes", "Yes", "on", " ON ", "1.0")]
    + [(word, "0") for word in ("0", "false", "FALSE", "no", "nO", "off", " OFF ", "0.0")],
)
def test_flags(text: str, sent: str) -> None:
    """A flag may be 1 or 0, true or false, yes or no, on or off, in any case."""
    assert BY_NAME["enabled"].wire(text) == sent


@pytest.mark.parametrize(
    ("name", "text", "sent"),
    [
        ("machine", "failed", "failed"),
        ("machine", "Retry", "retry"),
        ("machine", " success ", "success"),
        ("machine", "OFF", ""),
        ("success", "ANSWER", "answer"),
        ("success", "key", "key"),
        ("dtype", " Queue ", "queue"),
        ("dtype", "SomethingNew", "somethingnew"),
    ],
)
def test_words(name: str, text: str, sent: str) -> None:
    """Closed words count in any case; `off` for a machine is the empty string; dtype is passed on in lower case."""
    assert BY_NAME[name].wire(text) == sent


@pytest.mark.parametrize(
    ("name", "text"),
    [("enabled", "2"), ("enabled", "jein"), ("machine", "beep"), ("machine", "none"), ("success", "1")],
)
def test_words_that_are_not_allowed(name: str, text: str) -> None:
    """A word that is not on the list is refused."""
    assert not BY_NAME[name].accepts(text)


@pytest.mark.parametrize("name", ["name", "dnumber", "callerid", "description"])
@pytest.mark.parametrize("text", ["0123", "+44", " x ", "NA", "=1+1", "ß\n;"])
def test_text_is_not_touched(name: str, text: str) -> None:
    """Text is sent as it is in the cell, to the last space."""
    assert BY_NAME[name].wire(text) == text


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_example_is_allowed(parameter: Parameter) -> None:
    """The examples that the template shows obey the rules that it states."""
    assert not parameter.example or parameter.accepts(parameter.example)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_default_is_allowed_and_sent_as_it_is(parameter: Parameter) -> None:
    """A documented default, written out in a cell, is sent as documented."""
    if parameter.default:
        assert parameter.wire(parameter.default) == parameter.default


@pytest.mark.parametrize(("text", "blank"), [("", True), (" ", True), ("\t\u00a0", True), ("0", False), (" x", False)])
def test_blank(text: str, blank: bool) -> None:
    """A cell is blank if it holds nothing or white space alone."""
    assert is_blank(text) is blank


def test_help_says_what_a_user_needs() -> None:
    """The help of a column has its meaning, what is allowed, its default, and the version that brought it."""
    assert BY_NAME["attempts"].help == (
        "How many times each number is tried. Allowed: a whole number of at least 1. Leave empty for 1."
    )
    assert "4.2" in BY_NAME["keep_agents_available"].help
    assert "off" in BY_NAME["machine"].help
