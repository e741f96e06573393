"""Judging: what the library makes of real cells, and what is made of that. By both libraries, over all countries."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers.shortnumberinfo import is_emergency_number

from importer.checking import numbers_in
from importer.numbers.options import NumberRules, NumberType
from importer.numbers.parsing.judging import Judgement, NumberJudge, ReadAs
from importer.numbers.parsing.library import NO_COUNTRY, reaches_emergency_services
from schemas.problem_codes import ProblemCode

LIBRARIES = [import_module(name) for name in ("phonenumbers", "rphonenumbers") if find_spec(name)]

EVERY_TYPE = NumberRules(types=frozenset(NumberType))


def judged(cell: str, country: str = "GB", rules: NumberRules | None = None) -> Judgement:
    """Return the judgement on the only number of a cell."""
    (text,) = numbers_in(cell)
    return NumberJudge(rules or NumberRules()).judge(text, country)


@pytest.mark.parametrize(
    ("cell", "country", "e164"),
    [
        ("020 8366 1177", "GB", 442083661177),
        ("2083661177", "GB", 442083661177),
        ("442083661177", "GB", 442083661177),
        ("442083661177.0", "GB", 442083661177),
        ("'+44 20 8366 1177", "GB", 442083661177),
        ("=+442083661177", "GB", 442083661177),
        ('="02083661177"', "GB", 442083661177),
        ("０２０ ８３６６ １１７７", "GB", 442083661177),
        ("٠٢٠٨٣٦٦١١٧٧", "GB", 442083661177),
        ("+44 (0)20 8366 1177", "GB", 442083661177),
        ("020\u00a08366\u200b1177", "GB", 442083661177),
        ("0044 20 8366 1177", "DE", 442083661177),
        ("07911 123456", "GB", 447911123456),
        ("07911 123456", "JE", 447911123456),
        ("06 698 12345", "IT", 390669812345),
        ("06 698 12345", "VA", 390669812345),
        ("030/1234567", "DE", 49301234567),
        ("787 555 1234", "US", 17875551234),
        ("+33 1 53 20 40 60", "GB", 33153204060),
        ("153204060", "FR", 33153204060),
    ],
)
def test_a_good_number_is_read_in_any_spelling(cell: str, country: str, e164: int) -> None:
    """What programs have added or dropped, other digits, and countries that are dialled as one do not matter."""
    found = judged(cell, country)
    assert (found.e164, found.problem_code) == (e164, None)


@pytest.mark.parametrize(
    ("cell", "country", "problem_code", "words"),
    [
        ("020 8366 1177 x5", "GB", ProblemCode.EXTENSION, "extension 5"),
        ("020 8366 1177,,123#", "GB", ProblemCode.EXTENSION, "extension 123"),
        ("+442083661177;ext=5", "GB", ProblemCode.EXTENSION, "extension 5"),
        ("0800 FLOWERS", "GB", ProblemCode.LETTERS, "--letters"),
        ("1-800-FLOWERS", "US", ProblemCode.LETTERS, "--letters"),
        ("0208NNN1177", "GB", ProblemCode.LETTERS, "letters"),
        ("0208XXX1177", "GB", ProblemCode.EXTENSION, "extension 1177"),
        ("n/a", "GB", ProblemCode.NOT_A_PHONE_NUMBER, "not a telephone number"),
        ("020 8366 1177", "", ProblemCode.NO_COUNTRY, "--country"),
        ("+999 12345678", "GB", ProblemCode.NOT_A_PHONE_NUMBER, "not a telephone number"),
        ("9011442083661177", "US", ProblemCode.WRONG_LENGTH, "--strip-prefix 9"),
        ("020 83", "GB", ProblemCode.WRONG_LENGTH, "area code is missing"),
        ("5551234", "US", ProblemCode.WRONG_LENGTH, "area code is missing"),
        ("1234567890", "US", ProblemCode.UNKNOWN_RANGE, "--unknown-ranges"),
        ("0900 123456", "DE", ProblemCode.UNKNOWN_RANGE, "numbering plan"),
        ("116117", "DE", ProblemCode.UNKNOWN_RANGE, "numbering plan"),
        ("999", "GB", ProblemCode.EMERGENCY, "never loaded"),
        ("1-1-2", "DE", ProblemCode.EMERGENCY, "never loaded"),
        ("９１１", "US", ProblemCode.EMERGENCY, "never loaded"),
        ("+1 911", "", ProblemCode.EMERGENCY, "never loaded"),
        ("911 555 1234", "US", ProblemCode.EMERGENCY, "never loaded"),
        ("8095551234", "US", ProblemCode.OTHER_COUNTRY, "--allow-countries DO"),
        ("09061234567", "GB", ProblemCode.NUMBER_TYPE, "premium"),
        ("070 1234 5678", "GB", ProblemCode.NUMBER_TYPE, "personal"),
        ("0800 123 4567", "GB", ProblemCode.NUMBER_TYPE, "toll-free"),
        ("+881 6 123 45678", "GB", ProblemCode.NUMBER_TYPE, "no country"),
        ("+44 20 8366 1177 8888 9999 0000", "GB", ProblemCode.WRONG_LENGTH, "too many digits"),
    ],
)
def test_what_must_not_be_dialled_unasked_is_refused_or_held(
    cell: str, country: str, problem_code: ProblemCode, words: str
) -> None:
    """What the library calls valid or possible is not enough to dial it."""
    found = judged(cell, country)
    assert found.problem_code is problem_code
    assert words in found.message
    assert found.is_held == problem_code.startswith("W")


@pytest.mark.parametrize(
    ("cell", "country", "rules", "e164"),
    [
        ("1234567890", "US", NumberRules(unknown_ranges=True), 11234567890),
        ("0800 FLOWERS", "GB", NumberRules(letters=True, types=frozenset((NumberType.TOLL_FREE,))), 448003569377),
        ("8095551234", "US", NumberRules(allowed_countries=frozenset(("DO",))), 18095551234),
        ("09061234567", "GB", NumberRules(types=frozenset((NumberType.PREMIUM,))), 449061234567),
        ("9011442083661177", "US", NumberRules(strip_prefix="9"), 442083661177),
    ],
)
def test_an_option_loads_what_it_names(cell: str, country: str, rules: NumberRules, e164: int) -> None:
    """Each kind of number that is held, and each habit, has its option."""
    assert judged(cell, country).problem_code is not None
    found = judged(cell, country, rules)
    assert (found.e164, found.problem_code) == (e164, None)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.__name__)
def test_no_option_loads_an_emergency_number(library: ModuleType) -> None:
    """Whatever is allowed, the emergency services of no country are called."""
    rules = NumberRules(unknown_ranges=True, letters=True, strip_prefix="9", types=frozenset(NumberType))
    judge = NumberJudge(rules, library)
    numbers = [
        (str(digits), country)
        for country in phonenumbers.SUPPORTED_REGIONS
        for digits in (*range(10, 1_000), 10111, 10177)
        if is_emergency_number(str(digits), country)
    ]
    assert len(numbers) > 400
    found = {one: judge.judge(*one).problem_code for one in numbers}
    assert {one: code for one, code in found.items() if code is not ProblemCode.EMERGENCY} == {}


def test_a_prefix_is_only_taken_off_where_the_number_is_good_without_it() -> None:
    """A good number that begins with the same digits keeps them."""
    rules = NumberRules(strip_prefix="9")
    assert judged("917 555 0123", "US", rules).e164 == 19175550123
    assert judged("9011442083661177", "US", rules).reading is ReadAs.STRIPPED
    assert judged("9123", "US", rules).problem_code is ProblemCode.WRONG_LENGTH


@pytest.mark.parametrize(
    ("cell", "country", "reading"),
    [
        ("2083661177", "GB", ReadAs.WITHOUT_ZERO),
        ("442083661177", "GB", ReadAs.WITHOUT_PLUS),
        ("020 8366 1177", "GB", None),
        ("+442083661177", "GB", None),
        ("2125551234", "US", None),
        ("612345678", "ES", None),
        ("12125551234", "US", ReadAs.WITHOUT_PLUS),
    ],
)
def test_how_a_number_was_read_is_known(cell: str, country: str, reading: ReadAs | None) -> None:
    """A missing plus and a lost zero are counted, and only where there was one."""
    assert judged(cell, country).reading is reading


WORDS = Judgement._fields.index("message")
"""Where a judgement explains itself: the length that is wrong may be another in the tables of another month."""

needs_both = pytest.mark.skipif(len(LIBRARIES) < 2, reason="the extra `fast` is not installed")


def examples() -> list[tuple[str, str]]:
    """Return a number of every type of every country, as it is written there and from abroad, whole and damaged."""
    found: list[tuple[str, str]] = []
    kinds = [kind for kind in phonenumbers.PhoneNumberType.values() if kind != phonenumbers.PhoneNumberType.UNKNOWN]
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in kinds:
            if (number := phonenumbers.example_number_for_type(country, kind)) is None:
                continue
            for form in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.NATIONAL):
                text = phonenumbers.format_number(number, form)
                found += [(text, country), (text[:-1], country), (f"{text}0", country), (text[1:], country)]
    return found


@needs_both
def test_both_libraries_agree_over_all_countries() -> None:
    """Whether the extra is installed makes no difference to any number."""
    slow, fast = (NumberJudge(EVERY_TYPE, library) for library in LIBRARIES)
    texts = examples()
    assert len(texts) > 5_000
    assert [one for one in texts if slow.judge(*one)[:WORDS] != fast.judge(*one)[:WORDS]] == []


@needs_both
@given(
    st.text(alphabet="0123456789+ ()-.x;,#ext=٣４", min_size=1, max_size=24),
    st.sampled_from(["GB", "US", "DE", "IT"]),
)
def test_both_libraries_agree_on_nonsense(text: str, country: str) -> None:
    """Nor does it for texts that are hardly numbers."""
    slow, fast = (NumberJudge(EVERY_TYPE, library) for library in LIBRARIES)
    assert slow.judge(text, country)[:WORDS] == fast.judge(text, country)[:WORDS]


def test_every_type_of_the_library_is_known() -> None:
    """A type that a later version of the library adds is noticed."""
    names = {name for name in vars(phonenumbers.PhoneNumberType) if name.isupper()} - {"UNKNOWN"}
    assert len(names) == len(NumberType)


@pytest.mark.parametrize("text", ["9" * 3_000, "+" * 3_000, "1 " * 3_000, "9" * 20, "(" * 300 + "9"])
def test_texts_of_any_length_are_judged(text: str) -> None:
    """What a stranger writes into a cell is refused, whatever it is."""
    judge = NumberJudge(NumberRules(strip_prefix="9"))
    assert judge.judge(text, "US").problem_code in (ProblemCode.WRONG_LENGTH, ProblemCode.NOT_A_PHONE_NUMBER)


SPELLINGS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
)


@given(
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    st.sampled_from(SPELLINGS),
    st.sampled_from(("", " ", "'", "\u200b")),
    st.sampled_from(("", " ", ".0")),
)
def test_any_spelling_of_a_number_has_one_identity(country: str, form: int, before: str, after: str) -> None:
    """However a number is written, it is the same one."""
    number = phonenumbers.example_number(country)
    spelled = phonenumbers.format_number(number, form)
    # ".0" is what programs write behind a number that they take for an amount: no spaces are in it.
    spelled = before + ("".join(filter(str.isdecimal, spelled)) if after == ".0" and form else spelled) + after
    judge = NumberJudge(EVERY_TYPE)
    texts = numbers_in(spelled)
    found = [judge.judge(text, country).e164 for text in texts]
    assert found == [int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])]


def test_services_without_a_country_have_no_emergency_number() -> None:
    """Numbers of no country are looked at as well."""
    assert not reaches_emergency_services("112", "")
    assert not reaches_emergency_services("112", NO_COUNTRY)
