"""The profiles of old diallers as data: those that come with the program, and the loader that checks them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.migration.profiles.loading import ProfileRefused, load, read, shipped
from importer.migration.transforms import FUNCTIONS
from schemas.parameters import BY_NAME, Parameter
from schemas.profile import ALWAYS_SENT
from schemas.profile_words import TRANSFORMS
from tests.support.old_diallers import own_profile
from tests.support.paths import ROOT
from tests.support.program import Program
from tests.support.toml_values import as_toml

NEEDED = (
    *("vicidial", "goautodial", "osdial", "issabel", "newfies", "wombat", "omnileads", "fusionpbx", "magnusbilling"),
    *("ictcore", "mikopbx", "genesys-cloud", "five9", "uccx", "amazon-connect", "generic"),
)

SMALL = """
system = "small"
title = "Small"

[tables]
main = ["t"]
id = "id"
label = "name"
"""


def test_all_systems_are_there() -> None:
    """Every system that the program promises has a profile, under its own name."""
    assert set(NEEDED) <= set(shipped())
    assert [load(system).system for system in shipped()] == list(shipped())


@pytest.mark.parametrize("system", NEEDED)
def test_what_bites_when_it_is_left_out_is_always_decided(system: str) -> None:
    """Machine, enabled and maximum come from a rule or a default, so that none is left out by silence."""
    profile = load(system)
    for parameter in ALWAYS_SENT:
        assert profile.rules.get(parameter) or parameter in profile.defaults


@pytest.mark.parametrize("system", NEEDED)
def test_fixed_values_are_ones_that_a_cell_may_hold(system: str) -> None:
    """What a profile translates to is accepted by the parameter it is for."""
    for parameter, rules in load(system).rules.items():
        fixed = [rule.value for rule in rules if rule.value] + [one for rule in rules for one in rule.values.values()]
        assert [text for text in fixed if text and not BY_NAME[parameter].accepts(text)] == []


@pytest.mark.parametrize("system", [one for one in NEEDED if one != "generic"])
def test_every_system_can_be_told(system: str) -> None:
    """Every profile but the generic one names columns that tell its export from others."""
    assert load(system).fingerprint.needed


def test_the_list_of_transforms_is_closed() -> None:
    """What the profiles may name and what is carried out are the same list."""
    assert FUNCTIONS.keys() == TRANSFORMS.keys()


def test_a_name_of_a_known_profile_is_not_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile of one's own is loaded by its path."""
    own = tmp_path / "own.toml"
    own.write_text(SMALL, encoding="utf-8")
    assert load(own).title == load(str(own)).title == "Small"


def test_an_unknown_system_lists_the_known_ones() -> None:
    """Who mistypes a system sees which there are."""
    with pytest.raises(ProfileRefused, match=r"vicidal is neither a known system.*vicidial"):
        load("vicidal")


WRONG = (
    SMALL
    + """
[colums]
a = "name"

[columns]
a = "nmae"
b = { to = "retry", with = ["minutes"] }
c = { to = "owner", with = [{ use = "answer", section = "bosses" }] }
d = { to = "maximum", with = ["unlimited"] }
e = { to = "maximum", wiht = [] }

[values.enabeld]
Y = "1"

[defaults]
attempts = "0"

[[rules.machine]]
when = { amd = { biggest = 3 } }
value = "off"
refuse = "no"

[[skip]]
reason = "always"

[lost]
x = { unused = [1], what = "x", shown = "no" }

[ignored]
statistics = { x = 1 }

[[destination]]
names = [["a", 1]]
aliases = "biggest b"
"""
)


def test_all_mistakes_are_told_at_once() -> None:
    """Each mistake of a profile is a sentence with the file and the key, and an unknown name lists the known ones."""
    with pytest.raises(ProfileRefused) as refused:
        read(WRONG, "wrong.toml")
    told = refused.value.mistakes
    for key, words in (
        ("colums", "unknown key. Known are system"),
        ("columns.a", "'nmae' is not a campaign field. Known are name, dtype"),
        ("columns.b.with", "'minutes' is not a transform. Known are placeholders"),
        ("columns.c.with", "'bosses' is not a section of the answers. Known are agents"),
        ("columns.d.with", "unlimited needs the argument texts"),
        ("columns.e.wiht", "unknown key. Known are to, when"),
        ("values.enabeld", "'enabeld' is not a campaign field"),
        ("defaults.attempts", "must be a whole number of at least 1"),
        ("rules.machine 1", "exactly one of from, value, refuse"),
        ("rules.machine 1.when.amd", "one test of is, not"),
        ("skip 1", "needs when"),
        ("lost.x.unused", "must be a list of strings"),
        ("lost.x.shown", "must be true or false"),
        ("ignored.statistics", "must be a list"),
        ("destination 1.names", "must be a list of strings"),
        ("destination 1.aliases", "'biggest' is not a way to pick"),
    ):
        assert [one for one in told if one.startswith(f"wrong.toml: {key} ") and words in one], (key, told)
    assert len(told) == 16


FIXED = {
    "values.{0}.Y": '[columns]\nx = "{0}"\n[values.{0}]\nY = {1}',
    "columns.x.values.Y": '[columns]\nx = {{ to = "{0}", values = {{ Y = {1} }} }}',
    "columns.x.with.words.Y": '[columns]\nx = {{ to = "{0}", with = [{{ use = "words", words = {{ Y = {1} }} }}] }}',
    "columns.x.value": '[columns]\nx = {{ to = "{0}", value = {1} }}',
    "rules.{0} 1.value": "[[rules.{0}]]\nvalue = {1}",
    "rules.{0} 1.values.Y": '[[rules.{0}]]\nfrom = "x"\nvalues = {{ Y = {1} }}',
    "defaults.{0}": "[defaults]\n{0} = {1}",
}
"""Where a profile may write a value of a parameter, by the key that its mistakes are reported with."""

RULED = [one for one in BY_NAME.values() if one.name not in ("dtype", "dnumber")]
TEXTS = st.one_of(
    st.sampled_from(["yes please", "0", "1", "-1", "many", "beep", "off", "", " ", "1.5", "7.000", "Y", "answer"]),
    st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="'"), max_size=5),
)


@pytest.mark.parametrize("place", FIXED)
@given(parameter=st.sampled_from(RULED), text=TEXTS)
def test_a_fixed_value_is_one_that_a_cell_may_hold(place: str, parameter: Parameter, text: str) -> None:
    """Wherever a profile writes a value, it is taken if and only if a cell of the parameter may hold it."""
    own = SMALL + FIXED[place].format(parameter.name, f"'{text}'")
    try:
        read(own, "own.toml")
    except ProfileRefused as refused:
        mistakes = refused.mistakes
    else:
        mistakes = ()
    told = [one for one in mistakes if one.startswith(f"own.toml: {place.format(parameter.name)} is ")]
    assert bool(told) is not parameter.accepts(text), mistakes


@pytest.mark.parametrize("name", ["dtype", "dnumber"])
@pytest.mark.parametrize("place", FIXED)
def test_nothing_but_an_answer_makes_a_destination(place: str, name: str) -> None:
    """What a profile says of dtype and dnumber would count for nothing, and is refused."""
    with pytest.raises(ProfileRefused, match=f"{name} is what a person answers"):
        read(SMALL + FIXED[place].format(name, "'queue'"), "own.toml")


def test_a_wrong_profile_is_refused_before_any_row(program: Program, here: Path) -> None:
    """A value of the profile that no campaign can have stops every command that uses it, with its key."""
    more = '''[values.enabled]
Y = "yes please"
[[rules.machine]]
value = "beep"
[[rules.maximum]]
value = "many"'''
    (here / "ours.toml").write_text(own_profile(more), encoding="utf-8")
    (here / "export.csv").write_text("camp_id,camp_name,active,dest\n1,Alpha,Y,q1\n", encoding="utf-8")
    for words in (("profiles", "check", "ours.toml"), ("validate", "export.csv", "--profile", "ours.toml")):
        told = program(*words)
        assert told.exit_code == 6
        assert told.stderr.count("ours.toml: ") == 3
        assert "ours.toml: values.enabled.Y is 'yes please', and must be 1 or 0" in told.stderr
        assert "ours.toml: rules.machine 1.value is 'beep', and must be failed, retry, success or off." in told.stderr
        assert "ours.toml: rules.maximum 1.value is 'many', and must be a whole number of at least 1." in told.stderr
        assert "E121" not in told.stderr


@pytest.mark.parametrize("text", ["", "system = ", "[tables]\nmain = 3", "tables = 1\nrules = 2\nskip = 3", "when = 1"])
def test_no_profile_is_refused_with_a_traceback(text: str) -> None:
    """Whatever is in the file, its mistakes are reported as sentences."""
    with pytest.raises(ProfileRefused) as refused:
        read(text, "own.toml")
    assert all(one.startswith("own.toml: ") for one in refused.value.mistakes)


VALUES = st.recursive(
    st.text(max_size=5) | st.integers() | st.booleans() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcdtruls", min_size=1), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(
        ("recognise", "tables", "columns", "values", "rules", "destination", "told", "skip", "lost", "ignored", "leads")
    ),
    VALUES,
)
def test_nothing_in_any_place_breaks_the_loader(key: str, value: object) -> None:
    """A value of any kind under any key gives a profile or sentences, and never anything else."""
    text = f'system = "s"\ntitle = "t"\n{key} = {as_toml(value)}\n'
    with pytest.raises(ProfileRefused):
        read(text, "own.toml")


def test_profiles_are_shipped() -> None:
    """The wheel takes the whole folder of the package, and the profiles lie in it."""
    assert {file.stem for file in (ROOT / "schemas" / "profiles").glob("*.toml")} == set(shipped())


WRONG_LEADS = (
    SMALL
    + """
[leads]
tabel = ["l"]
lines = "yes"
campaign = "biggest id"
alternates = [1]

[leads.beside.lists]
table = "lists"

[[leads.rule]]
when = { status = { among = 3 }, last = { past = "yes" } }
status = "waiting"

[[leads.dnc]]
table = "dnc"
"""
)


def test_all_mistakes_about_leads_are_told_at_once() -> None:
    """Mistakes in what a profile says of leads are sentences with their keys, as all others."""
    with pytest.raises(ProfileRefused) as refused:
        read(WRONG_LEADS, "wrong.toml")
    for key, words in (
        ("leads.tabel", "unknown key. Known are table"),
        ("leads.lines", "must be true or false"),
        ("leads.campaign", "'biggest' is not a way to pick"),
        ("leads.alternates", "must be a list of strings"),
        ("leads.number", "is missing"),
        ("leads.beside.lists", "needs join"),
        ("leads.rule 1.when.last", "past must be true or false"),
        ("leads.rule 1.meaning", "is missing"),
        ("leads.rule 1", "'waiting' is not a status. Known are pending, success"),
        ("leads.dnc 1.number", "is missing"),
    ):
        told = refused.value.mistakes
        assert [one for one in told if one.startswith(f"wrong.toml: {key} ") and words in one], (key, told)
    assert len(refused.value.mistakes) == 10


@pytest.mark.parametrize("like", ['"newfies"', '"nobody"', "3", '["vicidial"]'])
def test_leads_can_only_be_like_those_of_a_profile(like: str) -> None:
    """Leads that are said to be like those of no profile are refused."""
    with pytest.raises(ProfileRefused, match=r"leads\.like must be the name of a profile that has"):
        read(f"{SMALL}\n[leads]\nlike = {like}\n", "own.toml")


def test_leads_like_those_of_another_system() -> None:
    """A profile of one's own may take what a shipped one says of leads, and say some of it in another way."""
    own = read(f'{SMALL}\n[leads]\nlike = "issabel"\nnumber = "tel"\n', "own.toml").leads
    shared = load("issabel").leads
    assert own is not None
    assert shared is not None
    assert (own.number, own.rules) == ("tel", shared.rules)
