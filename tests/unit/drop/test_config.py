"""drop.toml: every mistake at once with its line and key; what it says, as it is used."""

import contextlib
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.make_tables import keys
from importer.cli.options.numbers import COLUMN_USE_WORDS, NUMBER_FORMAT_WORDS
from importer.drop.config import Drop, Handling, OnPartial, When, load
from importer.drop.config.keys import ALL
from importer.drop.config.model import Notify
from importer.errors import WrongSettings
from importer.model import OnChange
from importer.numbers import WhenOn
from importer.security import KeyPath, lines_of
from schemas.problem_codes import ProblemCode
from tests.support.toml_values import as_toml


def loaded(here: Path, text: str) -> Drop:
    """Return what a drop.toml of this text says."""
    (here / "drop.toml").write_text(text, encoding="utf-8")
    return load(here, servers=["test", "text"])


def top(here: Path, text: str) -> Handling:
    """Return how the files of the top folder are handled."""
    return loaded(here, text).folders[0].handling


def mistakes(here: Path, text: str) -> list[str]:
    """Return the sentences of the refusal of a drop.toml of this text."""
    with pytest.raises(WrongSettings) as caught:
        loaded(here, text)
    assert caught.value.problem_code is ProblemCode.SETTINGS_FILE
    first, *lines = caught.value.message.splitlines()
    assert first == f"{here / 'drop.toml'} cannot be used:"
    return [line.strip() for line in lines]


def test_without_a_file_the_defaults_hold(here: Path) -> None:
    """A folder without drop.toml is handled in the documented way, and nothing that is unsaid is made up."""
    drop = load(here)
    (folder,) = drop.folders
    assert (folder.path, folder.name) == (here, "")
    handling = folder.handling
    assert handling.patterns == ("*.xlsx", "*.xlsm", "*.xlsb", "*.xls", "*.ods", "*.csv", "*.tsv", "*.txt")
    assert (handling.settle.seconds, handling.triggers) == (10, ())
    assert (handling.on_change, handling.on_partial, handling.report) == (None, OnPartial.CREATE, False)
    assert (handling.workers, handling.disabled, handling.marker, handling.canary) == (None,) * 4
    assert drop.notify == Notify()
    assert (drop.heartbeat.file, drop.heartbeat.url) == (None, None)
    assert (drop.retention.payloads, drop.retention.files) == (None, None)


def test_everything_is_read(here: Path) -> None:
    """Every key reaches the place where it is used, with files looked for from the folder of drop.toml on."""
    drop = loaded(here, FULL)
    handling = drop.folders[0].handling
    assert handling.default == {"dtype": "queue", "customer": ""}
    assert handling.column == {"AB": "name", "B": "dnumber"}
    assert (handling.sheet, handling.encoding, handling.delimiter) == (("2",), "cp1252", ";")
    assert (handling.header_row, handling.no_header, handling.skip_hidden) == (None, True, True)
    assert (handling.server, handling.workers, handling.rate) == ("test", 8, 2.5)
    assert (handling.disabled, handling.marker, handling.canary, handling.report) == (True, False, 3, True)
    assert (handling.on_change, handling.on_partial) == (OnChange.UPDATE, OnPartial.NOTHING)
    assert (handling.settle.seconds, handling.triggers, drop.poll) == (0.5, (".fertig",), 3)
    assert drop.notify.mail is not None
    assert (drop.notify.mail.when, drop.notify.mail.host, drop.notify.mail.port) == (When.ALWAYS, "mx.example.com", 465)
    assert (drop.notify.mail.username, drop.notify.mail.password_file) == ("u", here / "mail.txt")
    assert (drop.notify.mail.sender, drop.notify.mail.recipients) == ("a@example.com", ("b@example.com",))
    assert (drop.notify.mail.attach, drop.notify.mail.largest_attachment) == (True, 2)
    assert drop.notify.webhook is not None
    assert (drop.notify.webhook.url, drop.notify.webhook.secret_file) == ("https://example.com/x", Path("/etc/secret"))
    assert (drop.notify.webhook.when, drop.notify.webhook.timeout) == (When.FAILURE, 30)
    assert not drop.notify.webhook.allow_http
    assert drop.notify.command is not None
    assert (drop.notify.command.run, drop.notify.command.timeout) == (("/bin/true", "-x"), 5)
    assert drop.heartbeat.file == here / "beat.json"
    assert (drop.retention.payloads, drop.retention.files) == (timedelta(days=90), timedelta(weeks=2))


FULL = """
patterns = ["*.xlsx"]
sheet = 2
column = { ab = "name", B = "dnumber" }
encoding = "cp1252"
delimiter = ";"
no_header = true
skip_hidden = true
server = "test"
workers = 8
rate = 2.5
disabled = true
marker = false
canary = 3
on_change = "update"
on_partial = "nothing"
report = true
poll = 3
default.dtype = "queue"
default.customer = ""
settle = { seconds = 0.5 }

[trigger]
suffixes = [".fertig"]

[notify.mail]
when = "always"
host = "mx.example.com"
security = "tls"
username = "u"
password_file = "mail.txt"
from = "a@example.com"
to = ["b@example.com"]
largest_attachment = 2

[notify.webhook]
url = "https://example.com/x"
secret_file = "/etc/secret"

[notify]
command = { run = ["/bin/true", "-x"], timeout = 5 }

[heartbeat]
file = "beat.json"

[retention]
payloads = "90d"
files = "2w"
"""


def test_rules_for_numbers(here: Path) -> None:
    """Patterns stay as they are; a folder adds rules and do-not-call lists, whose paths start from drop.toml."""
    text = """
        number-format = "digits"
        dnc = ["all.txt:GB", "/lists/tps.txt"]
        [numbers-for]
        "win-back_*.csv" = "4711"
        [folder.acme]
        on-dialling = "switch-off"
        dnc = ["own.txt"]
        numbers_for = { "b-*" = "12" }
    """
    first, acme = (one.handling for one in loaded(here, text).folders)
    assert (first.numbers_for, first.number_format) == ({"win-back_*.csv": "4711"}, "digits")
    assert first.dnc == (f"{here}/all.txt:GB", "/lists/tps.txt")
    assert acme.numbers_for == {"win-back_*.csv": "4711", "b-*": "12"}
    assert acme.dnc == (f"{here}/all.txt:GB", "/lists/tps.txt", f"{here}/own.txt")
    assert (first.on_dialling, acme.on_dialling) == (WhenOn.REFUSE, WhenOn.SWITCH_OFF)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '[numbers_for]\n"a-*" = 4711',
            'line 2, numbers_for."a-*": 4711 is not the ID of a campaign as a string. Write it as ',
        ),
        ('country = "Nowhere"', 'line 1, country: "Nowhere" is not the code or the name of a country.'),
        (
            '[numbers_for]\n"in/a" = "1"',
            'line 2, numbers_for."in/a": in/a contains in/a, but patterns match file names',
        ),
        ('[numbers_for]\n"A*" = "1"\n"a*" = "2"', "line 1, numbers_for: the pattern a* is given twice."),
        (
            'numbers_beside = "*.numbers.csv"',
            "is not a pattern that begins with {stem} and a dot. Write it as numbers_beside =",
        ),
        ('numbers_beside = "{stem}.{stem}"', "is not a pattern that begins with {stem} and a dot."),
        (
            'numbers_beside = "{stem}.numbers.*"\nsheet = ["A", "B"]',
            "line 1, numbers_beside: telephone numbers beside a file are for the campaigns of one sheet",
        ),
        ('[trigger]\n[numbers_for]\n"*.done" = "1"', "files that match *.done would be mistaken for triggers (.done)"),
    ],
)
def test_mistakes_in_rules_for_numbers(here: Path, text: str, sentence: str) -> None:
    """What is wrong with a rule is said with its line, and what to write."""
    (found,) = mistakes(here, text)
    assert sentence in found


def test_words_of_numbers(here: Path) -> None:
    """Every word of the options is one of drop.toml."""
    for key, words in (("number_format", NUMBER_FORMAT_WORDS), ("column_use", COLUMN_USE_WORDS)):
        for word in words:
            assert getattr(top(here, f'{key} = "{word}"'), key) == word
    assert [top(here, f'on_dialling = "{word}"').on_dialling for word in WhenOn] == list(WhenOn)


def test_a_folder_overrides_the_top(here: Path) -> None:
    """Each value of a customer's folder wins over the top one; defaults are merged, all else is replaced."""
    text = """
        sheet = "All"
        workers = 2
        column.A = "name"
        default = { dtype = "queue", customer = "1" }
        [trigger]
        [folder.acme]
        workers = 3
        column.B = "dnumber"
        default.customer = "7"
        trigger.suffixes = []
        [folder."b c".settle]
        seconds = 1
    """
    first, acme, other = loaded(here, text).folders
    assert (acme.path, acme.name) == (here / "acme", "acme")
    assert (acme.handling.sheet, acme.handling.workers, acme.handling.triggers) == (("All",), 3, ())
    assert acme.handling.column == {"B": "dnumber"}
    assert acme.handling.default == {"dtype": "queue", "customer": "7"}
    assert first.handling.default == {"dtype": "queue", "customer": "1"}
    assert (other.name, other.handling.settle.seconds, other.handling.workers) == ("b c", 1, 2)
    assert first.handling.triggers == other.handling.triggers == (".done", ".ok")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '\n[settle]\nseconds = "soon"',
            'line 3, settle.seconds: "soon" is not a number of seconds. Write it as settle.seconds = 30.',
        ),
        ("settle = 30", "line 1, settle: 30 is not a table. Write it as settle.seconds = 30."),
        (
            "settle.seconds = -1",
            "line 1, settle.seconds: -1 is not a number of seconds. Write it as settle.seconds = 30.",
        ),
        ("settle.seconds = nan", "line 1, settle.seconds: NaN is not a number of seconds."),
        ("settle.seconds = true", "line 1, settle.seconds: true is not a number of seconds."),
        ("[setle]\nseconds = 1", "line 1, setle: unknown key. Did you mean settle?"),
        ("paterns = []", "line 1, paterns: unknown key. Did you mean patterns?"),
        (
            "[settle]\nsheet = 'a'",
            "line 2, settle.sheet: this key does not belong here. sheet belongs at the top, before",
        ),
        (
            "payloads = '1d'",
            "line 1, payloads: this key does not belong here. payloads belongs in the table [retention].",
        ),
        ("[trigger]\nxyzzy = 1", "line 2, trigger.xyzzy: unknown key. Known keys: suffixes."),
        ("patterns = []", 'line 1, patterns: [] is an empty list. Write it as patterns = ["*.xlsx", "*.csv"].'),
        ("patterns = ['a/*.csv']", "but patterns match file names, not folders."),
        ("patterns = '*.csv'", 'line 1, patterns: "*.csv" is not a list of at least one pattern.'),
        ("sheet = 0", "line 1, sheet: 0 is not the name of a sheet, its number from 1, or a list of these."),
        ("sheet = []", "line 1, sheet: [] is an empty list."),
        ("sheet = ['a', 0]", 'line 1, sheet: ["a", 0] is not the name of a sheet, its number from 1, or a list of'),
        ("sheet = 'a'\nall_sheets = true", "line 2, all_sheets: sheet names the sheets to read, and all_sheets"),
        ("no_header = 1", "line 1, no_header: 1 is not true or false. Write it as no_header = true."),
        ("canary = true", "line 1, canary: true is not a whole number of 0 or more."),
        ("workers = 257", "line 1, workers: 257 is not a whole number from 1 to 256."),
        ("rate = inf", "line 1, rate: Infinity is not a number above 0."),
        ("encoding = 'utf-9'", 'line 1, encoding: "utf-9" is not a known encoding.'),
        ("encoding = 'base64'", 'line 1, encoding: "base64" is not a known encoding.'),
        ("delimiter = '::'", 'line 1, delimiter: "::" is not one character. Write it as delimiter = ";".'),
        ("on_change = 'ignore'", '"ignore" is not "report" or "create" or "update". Write it as on_change = "report".'),
        ("default.dtype = 5", 'line 1, default.dtype: 5 is not a string. Write it as default.dtype = "text".'),
        ("[default]\ndnumbr = '5'", "line 2, default.dnumbr: dnumbr is not a campaign field. Did you mean dnumber?"),
        ("default.zzz = '5'", "line 1, default.zzz: zzz is not a campaign field."),
        ("default = 'x'", 'line 1, default: "x" is not a table. Write it as default.dtype = "text".'),
        ("column.A1 = 'name'", "line 1, column.A1: A1 is not a column letter, such as B."),
        ("column.A = 'nam'", 'line 1, column.A: "nam" is'),
        ("column = { a = 'name', A = 'dtype' }", "line 1, column: the entry A is given twice."),
        ("column = { a = 'name', B = 'name' }", "line 1, column: two columns are assigned to name."),
        (
            "no_header = true\nheader_row = 1\ncolumn.A = 'name'",
            "line 2, header_row: no_header says that the file has no headings",
        ),
        ("no_header = true", "line 1, no_header: without headings, the columns must be assigned"),
        (
            "trigger.suffixes = ['.csv']",
            "line 1, trigger.suffixes: files that match *.csv would be mistaken for triggers",
        ),
        ("trigger.suffixes = ['done']", "is not a list of suffixes that begin with a dot."),
        ("retention.files = '90'", 'line 1, retention.files: "90" is not a number of days or weeks.'),
        ("retention.files = '0d'", 'Write it as retention.files = "90d".'),
        (
            "[notify.mail]\nhost = 'x'\nto = ['y@example.com']",
            "line 1, notify.mail: from is missing. Write it as notify.mail.from =",
        ),
        (
            "[notify.mail]\nhost = 'x'\nto = ['y@example.com']\nfrom = 'me'",
            'line 4, notify.mail.from: "me" is not an e-mail address. Write it as notify.mail.from = "night@exam',
        ),
        (
            "[notify.mail]\nhost = 'x'\nto = ['y@example.com', 'you']\nfrom = 'me@example.com'",
            'line 3, notify.mail.to: ["y@example.com", "you"] contains \'you\', which is not an e-mail address.',
        ),
        (
            "server = 'nope'",
            "line 1, server: there is no section [servers.nope] in campaign-importer.toml. The servers are: test, "
            "text.",
        ),
        (
            "[folder.a]\nserver = 'tset'",
            'line 2, folder."a".server: there is no section [servers.tset] in campaign-importer.toml. Did you mean',
        ),
        ("[settle]\nsecnds = 1", "line 2, settle.secnds: unknown key. Did you mean settle.seconds?"),
        ("on-change = 'bad'", 'line 1, on_change: "bad" is not'),
        ("[folder.a]\non-partial = 'bad'", 'line 2, folder."a".on_partial: "bad" is not'),
        (
            "on-change = 'update'\non_change = 'create'",
            "line 1, on-change: unknown key. Did you mean on_change?",
        ),
        ("[notify.webhook]", "line 1, notify.webhook: url is missing."),
        ("notify.webhook.url = 'ftp://x'", 'line 1, notify.webhook.url: "ftp://x" is not a web address.'),
        ("notify.webhook.url = 'http://x.y'", "line 1, notify.webhook.url: http is not encrypted."),
        ("notify.mail = { host = 'x', from = ';', to = ['a@b.c'] }", 'notify.mail.from: ";" is not an e-mail address.'),
        ("notify.command = { run = [''] }", 'notify.command.run: [""] is not a list of at least one string.'),
        ("notify.command.run = []", "line 1, notify.command.run: [] is an empty list."),
        ("[heartbeat]\nfile = 'x'\nurl = 'https://x'", "line 3, heartbeat.url: heartbeat.file is set as well."),
        ("folder = 3", 'line 1, folder: 3 is not a table. Write it as [folder."acme"].'),
        ("[[folder.acme]]", 'is not a table. Write it as [folder."acme"].'),
        ("[folder.Done]", 'line 1, folder."Done": this cannot be the name of a folder here.'),
        ("[folder.'../x']", "this cannot be the name of a folder here."),
        ("[folder.'b c']\npoll = 3", 'line 2, folder."b c".poll: this key does not belong here.'),
        ("[folder.a]\ndefault.dtype = 5", 'line 2, folder."a".default.dtype: 5 is not a string.'),
        ("[folder.a]\nno_header = true", 'line 2, folder."a".no_header: without headings'),
        ("a = 1\nb = = 2", "line 2: this is not TOML:"),
        ("sheet = 'a'\nsheet = 'b'", "line 2: this is not TOML:"),
        ("sheet = [\n\n", "line 2: this is not TOML:"),
    ],
)
def test_a_mistake_is_told_with_line_key_and_cure(here: Path, text: str, sentence: str) -> None:
    """One sentence a mistake: the file, the line, the key as it is written there, what is wrong, what to write."""
    (line,) = mistakes(here, text)
    assert line.startswith("drop.toml, l")
    assert sentence in line


MAIL = "[notify.mail]\nhost = 'mx'\nfrom = 'a@x.y'\nto = ['b@x.y']\n"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("password_file = 'x'", "line 5, notify.mail.password_file: a password needs notify.mail.username"),
        ("attach = false\nlargest_attachment = 3", "line 6, notify.mail.largest_attachment: it has no effect"),
        ("username = 'u'\nsecurity = 'none'", "line 6, notify.mail.security: the password would be sent unencrypted."),
    ],
)
def test_contradictions_of_the_mail(here: Path, more: str, sentence: str) -> None:
    """Values that leave no meaning to one another are mistakes."""
    (line,) = mistakes(here, MAIL + more)
    assert sentence in line


def test_what_stays_on_this_machine_may_be_unencrypted(here: Path) -> None:
    """No encryption is asked for where nothing leaves the machine, and http elsewhere only where it is allowed."""
    text = MAIL.replace("mx", "localhost") + "username = 'u'\nsecurity = 'none'\n"
    drop = loaded(here, text + "[notify.webhook]\nurl = 'http://127.0.0.1:8/x'")
    assert drop.notify.mail is not None
    assert (drop.notify.mail.port, drop.notify.mail.security) == (25, "none")
    assert loaded(here, "notify.webhook = { url = 'http://x.y', allow_http = true }").notify.webhook is not None


@pytest.mark.parametrize(
    "text",
    [
        "password = 'hunter2'",
        "[notify.mail]\nhost = 'x'\nfrom = 'a@x.y'\nto = ['b@x.y']\nsmtp_password = 'hunter2'",
        "notify.webhook = { url = 'https://x', secret = 'hunter2' }",
        "notify.webhook.url = 'https://u:hunter2@x'",
        "heartbeat.url = 'https://hunter2@x'",
        "[folder.a]\napi_key = 'hunter2'",
        "token = { hunter2 = 1 }",
    ],
)
def test_secrets_are_refused_and_never_shown(here: Path, text: str) -> None:
    """A secret in drop.toml is refused with words of its own, which do not repeat it."""
    (line,) = mistakes(here, text)
    assert "not belong in drop.toml" in line
    assert "hunter2" not in line


@pytest.mark.parametrize("table", ["column", "folder.a.column", "default"])
def test_what_stands_under_a_wrong_name_is_not_shown(here: Path, table: str) -> None:
    """Nobody knows what was meant by an entry whose name is wrong: it may be a secret."""
    (line,) = mistakes(here, f"[{table}]\npassword = ['hunter2']")
    assert "password is not" in line
    assert "hunter2" not in line


def test_all_mistakes_come_at_once_in_the_order_of_the_file(here: Path) -> None:
    """No mistake hides another, whichever tables they stand in."""
    text = "workers = 0\n\n[folder.b]\nworkers = -1\nsheet = 0\n[settle]\nseconds = 'x'\n[folder.a]\nrates = 3\n"
    lines = [line.split(":")[0] for line in mistakes(here, text)]
    assert lines == [
        "drop.toml, line 1, workers",
        'drop.toml, line 4, folder."b".workers',
        'drop.toml, line 5, folder."b".sheet',
        "drop.toml, line 7, settle.seconds",
        'drop.toml, line 9, folder."a".rates',
    ]


def test_a_contradiction_is_told_beside_other_mistakes(here: Path) -> None:
    """What is right by itself is held against one another, whatever else is wrong in the file."""
    text = (
        "no_header = true\nworkers = 0\n"
        + MAIL.replace("'mx'", "3")
        + "attach = false\n[notify.command]\ntimeout = 0\n"
    )
    assert [line.split(":")[0] for line in mistakes(here, text)] == [
        "drop.toml, line 1, no_header",
        "drop.toml, line 2, workers",
        "drop.toml, line 4, notify.mail.host",
        "drop.toml, line 8, notify.command",
        "drop.toml, line 9, notify.command.timeout",
    ]


@pytest.mark.parametrize("digits", ["1" + "0" * 400, "9" * 4000])
@pytest.mark.parametrize("key", ["rate", "poll", "workers", "settle.seconds", "notify.mail.port"])
def test_numbers_of_any_size_are_refused_with_a_sentence(here: Path, key: str, digits: str) -> None:
    """A number that no computer can use is a mistake like any other."""
    assert any(f", {key}: 1" in line or f", {key}: 9" in line for line in mistakes(here, f"{key} = {digits}"))


ANY = st.recursive(
    st.sampled_from(["x", "[key]", ""]) | st.integers(-2, 2) | st.booleans() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["[key]", "a", "dtype"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(
    st.sampled_from([*(key.removesuffix(".*") for key in ALL), "folder", "folder.a", "folder.a.trigger", "notify"]), ANY
)
def test_nothing_in_any_place_breaks_the_loader(tmp_path_factory: pytest.TempPathFactory, key: str, value: Any) -> None:
    """A value of any kind under any key is taken or refused with sentences, and never anything else."""
    here = tmp_path_factory.mktemp("drop")
    (here / "drop.toml").write_text(f"{key} = {as_toml(value)}\n", encoding="utf-8")
    with contextlib.suppress(WrongSettings):
        load(here)


def test_every_key_that_is_missing_is_told(here: Path) -> None:
    """Of a table that lacks several keys each is named."""
    assert [line.split()[4] for line in mistakes(here, "[notify.mail]\n")] == ["from", "host", "to"]


def test_a_contradiction_of_the_top_is_told_once(here: Path) -> None:
    """Folders that only inherit a mistake do not repeat it."""
    assert len(mistakes(here, "no_header = true\n[folder.a]\nsheet = 'x'\n[folder.b]\n")) == 1


def test_a_folder_chooses_its_own_sheets(here: Path) -> None:
    """Which sheets are read is one question: a folder's answer replaces that of the top, with either key."""
    text = "sheet = ['a', 2]\n[folder.b]\nall_sheets = true\n[folder.c]\nsheet = 'x'\n[folder.d]\n"
    found = [(one.handling.sheet, one.handling.all_sheets) for one in loaded(here, text).folders]
    assert found == [(("a", "2"), None), (None, True), (("x",), None), (("a", "2"), None)]
    one = loaded(here, "all-sheets = true\n[folder.b]\nsheet = 1\n").folders[1]
    assert (one.handling.sheet, one.handling.all_sheets) == (("1",), None)


def test_a_folder_may_contradict_what_it_inherits(here: Path) -> None:
    """What a folder says is held against all that holds for it."""
    (line,) = mistakes(here, "header_row = 2\n[folder.a]\nno_header = true\ncolumn.A = 'name'")
    assert 'line 3, folder."a".no_header: no_header says' in line


def test_a_named_file_must_be_there(here: Path) -> None:
    """Only the usual drop.toml may be missing, not one that was named."""
    with pytest.raises(WrongSettings, match=r"other\.toml cannot be read: No such file"):
        load(here, here / "other.toml")


def test_files_of_editors(here: Path) -> None:
    """A mark in front, which editors on Windows write, does no harm; other encodings are refused."""
    (here / "drop.toml").write_bytes(b"\xef\xbb\xbfsheet = 'a'\r\nworkers = 3\r\n")
    assert load(here).folders[0].handling.workers == 3
    (here / "drop.toml").write_bytes("sheet = 'ä'".encode("cp1252"))
    with pytest.raises(WrongSettings, match="is not UTF-8 text"):
        load(here)


OTHERWISE = ("all_sheets", "header_row", "heartbeat.url")
"""Keys that do not go together with another one."""


def test_the_example_of_every_key_is_right(here: Path) -> None:
    """What messages tell to write can be written, and every key of the table is read."""
    examples = [key.usage for key in ALL.values() if key.name not in OTHERWISE]
    assert loaded(here, "\n".join(examples)).notify.mail is not None


def test_the_table_of_the_documentation(here: Path) -> None:
    """Each key has one line in the table, with its default as TOML."""
    lines = keys().splitlines()
    assert len(lines) == 2 + len(ALL)
    assert (
        "| `settle.seconds` | a number of seconds | `10` | Seconds a file must be unchanged before it is read. | yes |"
        in lines
    )
    assert all(line.count("|") == 6 for line in lines)


# --- lines


KEYS = st.one_of(
    st.from_regex("[A-Za-z0-9_-]{1,4}", fullmatch=True),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=4),
)
TEXTS = st.sampled_from(
    ["''", '"a # b = c"', '"\\"]"', "'''\n'a' = [\n'''", '"""\n"x"\\"""" ""', "'''a''''", '"""b"""""', "'}'"]
)
SCALARS = st.one_of(
    st.sampled_from(["1", "-0.5e3", "true", "0xff", "1979-05-27 07:32:00Z", "07:32:00", "inf", "[]", "{}"]),
    TEXTS.filter(lambda text: text != '"""\n"x"\\"""" ""'),
)
SPACES = st.sampled_from(["", " ", "\t"])
GAPS = st.sampled_from(["", "\n", " # [no] = 'table'\n", "\r\n\n"])


def written(key: str, draw: Any) -> str:
    """Return a key as TOML, bare or in quotes of either kind."""
    if key and key.isascii() and all(one.isalnum() or one in "_-" for one in key) and draw(st.booleans()):
        return key
    if "'" not in key and draw(st.booleans()):
        return f"'{key}'"
    return '"' + "".join(f"\\U{ord(one):08x}" if one in '"\\' or not one.isprintable() else one for one in key) + '"'


class Writer:
    """Writes a document bit by bit, and notes the line of every key as it is written."""

    def __init__(self, draw: Any) -> None:
        self.draw, self.text = draw, ""
        self.lines: dict[KeyPath, int] = {}

    def note(self, path: KeyPath) -> None:
        """Note that a key stands on the line that is being written."""
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def value(self, path: KeyPath, depth: int) -> None:
        """Write any value."""
        kind = self.draw(st.sampled_from(["scalar", "array", "inline"])) if depth else "scalar"
        if kind == "scalar":
            self.text += self.draw(SCALARS)
        elif kind == "array":
            self.text += "["
            for position in range(self.draw(st.integers(0, 3))):
                self.text += self.draw(GAPS)
                self.note((*path, position))
                self.value((*path, position), depth - 1)
                self.text += self.draw(GAPS) + ","
            self.text += self.draw(GAPS) + "]"
        else:
            self.text += "{"
            for position, key in enumerate(self.draw(st.lists(KEYS, max_size=3, unique=True))):
                self.text += ("," if position else "") + self.draw(SPACES)
                self.assignment(path, key, depth - 1)
                self.text += self.draw(SPACES)
            self.text += "}"

    def assignment(self, path: KeyPath, key: str, depth: int) -> None:
        """Write a key, perhaps with dots, and its value."""
        keys = [key, *self.draw(st.lists(KEYS, max_size=2))]
        for one in keys:
            path = (*path, one)
            self.note(path)
        dot = f"{self.draw(SPACES)}.{self.draw(SPACES)}"
        self.text += dot.join(written(one, self.draw) for one in keys) + self.draw(SPACES) + "=" + self.draw(SPACES)
        self.value(path, depth)

    def table(self, above: KeyPath, key: str, *, many: bool) -> KeyPath:
        """Write the head of a table, or of one of many, and return its path."""
        for end in range(1, len(above) + 1):
            self.note(above[:end])
        self.note((*above, key))
        names = ".".join(written(str(one), self.draw) for one in (*above, key) if isinstance(one, str))
        self.text += f"[[{names}]]" if many else f"[{names}]"
        return (*above, key)

    def body(self, path: KeyPath) -> None:
        """Write some lines of a table."""
        for key in self.draw(st.lists(KEYS, max_size=3, unique=True)):
            self.text += self.draw(GAPS) + self.draw(SPACES)
            self.assignment(path, key, 2)
            self.text += self.draw(st.sampled_from(["\n", " # x\n", "\r\n"]))


@st.composite
def documents(draw: Any) -> tuple[str, dict[KeyPath, int]]:
    """Return TOML and the line of each of its keys, as they were written."""
    writer = Writer(draw)
    writer.body(())
    for number, many in enumerate(draw(st.lists(st.booleans(), max_size=3))):
        key = f"table {number} of mine"
        if not many:
            path = writer.table((), key, many=False)
            writer.text += "\n"
            writer.body(path)
            writer.text += "\n"
            continue
        for position in range(draw(st.integers(1, 3))):
            path = writer.table((), key, many=True)
            writer.note((*path, position))
            writer.text += "\n"
            writer.body((*path, position))
            writer.text += "\n"
            below = writer.table((*path, position), "below, too", many=False)
            writer.text += "\n"
            writer.body(below)
    return writer.text, writer.lines


def paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    """Return the paths of all keys and elements of a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path, *(one for key, below in inner for one in paths(below, (*path, key)))}


@given(documents())
def test_every_key_is_found_on_its_line(document: tuple[str, dict[KeyPath, int]]) -> None:
    """However a document is written, each key, dotted or quoted, in any table, is found where it was written."""
    text, lines = document
    assert lines_of(text) == lines
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # two dotted keys may clash; the places are right all the same
    assert lines.keys() == paths(values) - {()}


def test_keys_in_all_their_forms() -> None:
    """Dotted keys, tables in tables, arrays of tables and texts of several lines, each where it stands."""
    text = (
        "a.\"b c\".'d' = 1 # x = 1\n"
        'x = """\ny = 1\n"""\n'
        "[t.u]\n"
        "k = { l = [\n 1,\n { m = 2 } ], n = '#' }\n"
        "[[r]]\nv = 1\n[r.s]\nw = 1\n[[r]]\nv = 2\n"
        "[t]\nz = 1979-05-27 07:32:00\n"
    )
    lines = lines_of(text)
    assert lines.keys() == paths(tomllib.loads(text)) - {()}
    assert lines[("a", "b c", "d")] == 1
    assert lines[("x",)] == 2
    assert (lines[("t",)], lines[("t", "u", "k")]) == (5, 6)
    assert (lines[("t", "u", "k", "l", 1, "m")], lines[("t", "u", "k", "n")]) == (8, 8)
    assert (lines[("r", 0, "v")], lines[("r", 0, "s", "w")], lines[("r", 1)], lines[("r", 1, "v")]) == (10, 12, 13, 14)
    assert lines[("t", "z")] == 16
