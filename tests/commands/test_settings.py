"""Settings: flag before variable before project file before user file before default; and the password."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from importer.cli.values import settings
from importer.journal import default_path
from importer.model import Secret
from importer.sandbox import Account, Sandbox
from tests.support.program import Finished, Program
from tests.support.tables import HEADINGS

URL_NEEDED = "No server URL. Set --url, CAMPAIGN_IMPORTER_URL, or url in campaign-importer.toml."


def attempts(sandbox: Sandbox) -> list[str | None]:
    """Return the attempts of every dry run, which is where a setting shows in these tests."""
    return [seen.parameters.get("attempts") for seen in sandbox.requests if seen.action == "validate"]


Plan = Callable[..., Finished]


@pytest.fixture
def plan(bare: Program, sandbox: Sandbox, journal: Path, table: Callable[..., Path]) -> Plan:
    """Plan a good row with nothing set but where the server is."""
    path = table()

    def run(*arguments: object, **options: object) -> Finished:
        fixed = ("--url", sandbox.url, "--username", "admin", "--journal", journal)
        return bare("plan", path, *fixed, *arguments, **options)  # type: ignore[arg-type]

    return run


def setting(attempts: int) -> str:
    """Return a line of settings whose value can be seen on the server."""
    return f'default = {{ attempts = "{attempts}" }}\n'


def test_flag_before_variable_before_project_before_user_before_default(
    plan: Plan, sandbox: Sandbox, project: Path, user: Path
) -> None:
    """Each place wins over all that come after it."""
    variable = {"CAMPAIGN_IMPORTER_DEFAULT": "attempts=4"}
    plan()
    user.write_text(setting(2))
    plan()
    project.write_text(setting(3))
    plan()
    plan(env=variable)
    plan("--default", "attempts=5", env=variable)
    assert attempts(sandbox) == [None, "2", "3", "4", "5"]


def test_a_section_of_a_server_before_the_rest_of_the_files(
    plan: Plan, sandbox: Sandbox, project: Path, user: Path
) -> None:
    """What stands in the section of the chosen server wins over what stands outside, in either file."""
    user.write_text("[servers.test]\n" + setting(7))
    project.write_text(setting(3))
    plan("--server", "test")
    project.write_text(setting(3) + "[servers.test]\n" + setting(8))
    plan("--server", "test")
    plan()
    assert attempts(sandbox) == ["7", "8", "3"]


def test_servers_by_name(
    bare: Program, sandbox: Sandbox, user: Path, journal: Path, table: Callable[..., Path]
) -> None:
    """--server brings the address, the account and all else of its section."""
    with Sandbox(accounts=[Account("boss", "secret", "administrator")]) as other:
        user.write_text(
            f'journal = "{journal}"\nserver = "one"\n'
            f'[servers.one]\nurl = "{sandbox.url}"\nusername = "admin"\n'
            f'[servers.two]\nurl = "{other.url}"\nusername = "boss"\n'
        )
        assert bare("import", table(), "--yes", "--server", "two").exit_code == 0
        assert (len(sandbox.campaigns()), len(other.campaigns())) == (0, 1)
        assert bare("import", table(), "--yes").exit_code == 0
        assert (len(sandbox.campaigns()), len(other.campaigns())) == (1, 1)
        assert (
            bare("import", table(), "--yes", env={"CAMPAIGN_IMPORTER_SERVER": "two"}, password="secret").exit_code == 0
        )
        assert (len(sandbox.campaigns()), len(other.campaigns())) == (1, 1)


def test_a_server_named_by_a_flag_comes_before_variables(plan: Plan, sandbox: Sandbox, project: Path) -> None:
    """Who types --server means all of its section, no matter what the environment says; who types a flag means that."""
    project.write_text("[servers.test]\n" + setting(7))
    variable = {"CAMPAIGN_IMPORTER_DEFAULT": "attempts=4"}
    plan("--server", "test", env=variable)
    plan(env={**variable, "CAMPAIGN_IMPORTER_SERVER": "test"})
    plan("--server", "test", "--default", "attempts=9")
    assert attempts(sandbox) == ["7", "4", "9"]


def test_an_unknown_server_is_a_sentence_that_lists_those_there_are(plan: Plan, project: Path) -> None:
    """A name without a section ends with 6 and the names that have one."""
    project.write_text("[servers.one]\n[servers.two]\n")
    told = plan("--server", "three")
    assert told.exit_code == 6
    assert "there is no section [servers.three]. The servers are: one, two." in told.stderr


def test_config_names_the_only_file(plan: Plan, sandbox: Sandbox, project: Path, user: Path, tmp_path: Path) -> None:
    """--config replaces both files."""
    project.write_text(setting(3))
    user.write_text(setting(2))
    other = tmp_path / "other.toml"
    other.write_text("")
    plan("--config", other)
    other.write_text(setting(6))
    plan("--config", other)
    assert attempts(sandbox) == [None, "6"]


def test_config_from_a_variable(plan: Plan, sandbox: Sandbox, tmp_path: Path) -> None:
    """Every option has a variable, --config too."""
    (tmp_path / "other.toml").write_text(setting(6))
    plan(env={"CAMPAIGN_IMPORTER_CONFIG": str(tmp_path / "other.toml")})
    assert attempts(sandbox) == ["6"]


def test_every_mistake_of_every_file_at_once(plan: Plan, sandbox: Sandbox, project: Path, user: Path) -> None:
    """Unknown keys are all reported at once, each with its file and section, and nothing is sent."""
    user.write_text('xyzzy = "red"\n')
    project.write_text('urll = "x"\n[servers.one]\nuser = "me"\n')
    told = plan()
    assert told.exit_code == 6
    assert f"{user}: xyzzy is an unknown key. Known keys: allow_http, anonymise" in told.stderr
    assert f"{project}: urll is an unknown key. Did you mean 'url'?" in told.stderr
    assert f"{project}: servers.one.user is an unknown key." in told.stderr
    assert sandbox.requests == []


def test_an_encoding_that_is_none_is_told_with_its_place(
    plan: Plan, sandbox: Sandbox, project: Path, user: Path
) -> None:
    """An unknown encoding in a settings file is refused when that is read, whichever server is chosen."""
    user.write_text('encoding = "klingon"\n')
    project.write_text('[servers.one]\nencoding = "base64"\n[servers.two]\nencoding = 8\n')
    told = plan()
    assert told.exit_code == 6
    assert f"{user}: encoding: 'klingon' is not a known encoding. Common ones: utf-8, utf-16, windows" in told.stderr
    assert f"{project}: servers.one.encoding: 'base64' is not a known encoding." in told.stderr
    assert f"{project}: servers.two.encoding: 8 is not a known encoding." in told.stderr
    assert sandbox.requests == []


def test_the_encoding_of_a_server_s_files(bare: Program, sandbox: Sandbox, project: Path, here: Path) -> None:
    """A section of a server says how its text files are written, where their words do not tell."""
    (here / "plan.csv").write_bytes("name,dtype,dnumber\n£5 off,queue,1\n".encode("cp1252"))
    project.write_text(f'url = "{sandbox.url}"\nusername = "admin"\n[servers.one]\nencoding = "windows-1252"\n')
    assert bare("plan", "plan.csv", "--config", project).exit_code == 2
    assert bare("plan", "plan.csv", "--config", project, "--server", "one").exit_code == 0
    assert sandbox.requests[0].parameters["name"] == "£5 off"


@pytest.mark.parametrize("section", ["", "[servers.one]\n"])
def test_a_password_in_a_file_of_settings_is_refused(plan: Plan, project: Path, section: str) -> None:
    """The password does not belong there; the refusal does not repeat it."""
    project.write_text(f'{section}password = "hunter2"\n')
    told = plan()
    assert told.exit_code == 6
    assert "password: a password does not belong in a settings file. Use password_file." in told.stderr
    assert "hunter2" not in told.stderr


def test_hyphens_and_underscores_are_one(plan: Plan, project: Path) -> None:
    """A key may be written as the option or as the variable."""
    project.write_text("max-errors = 3\nmax_error_share = 0.5\n")
    assert plan().exit_code == 0


@pytest.mark.parametrize("where", ["project", "user", "named"])
def test_a_byte_order_mark_is_no_part_of_the_settings(
    plan: Plan, sandbox: Sandbox, project: Path, user: Path, here: Path, where: str
) -> None:
    """A file that Notepad has saved as "UTF-8 with BOM" is read as without the mark."""
    path = {"project": project, "user": user, "named": here / "named.toml"}[where]
    path.write_bytes(b"\xef\xbb\xbf" + setting(7).encode())
    told = plan(*(["--config", path] if where == "named" else []))
    assert told.exit_code == 0, told.stderr
    assert attempts(sandbox) == ["7"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'default = "\xe4"', "is not UTF-8 text. Save it as UTF-8 in an editor."),
        (b"workers = " + b"[" * 100_000, "is not TOML"),
        (b"workers = " + b"1" * 5_000, "is not TOML"),
    ],
    ids=["encoding", "nesting", "digits"],
)
def test_what_no_reader_of_toml_takes_is_a_sentence(plan: Plan, project: Path, content: bytes, message: str) -> None:
    """However a file fails to be TOML in UTF-8, it is a sentence and exit code 6."""
    project.write_bytes(content)
    told = plan()
    assert told.exit_code == 6
    assert message in told.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("workers = 0", "The setting workers: 0 is out of range. Use 1 to 256."),
        ('workers = "many"', "The setting workers: 'many' is not a whole number. Use 1 to 256."),
        ("timeout = 0", "The setting timeout: 0 is out of range. Use 0.05 or more."),
        ("workers = 1.5", "The setting workers: 1.5 is not a whole number"),
        ('timeout = "soon"', "The setting timeout: 'soon' is not a number. Use 0.05 or more."),
        ("workers = [1", "is not TOML"),
        pytest.param("servers = 1", "servers"),
        pytest.param(
            "servers.one = 1",
            "servers.one",
        ),
        pytest.param("workers = [1]", "workers"),
        ('default = "dtype=queue"', "The setting default: "),
    ],
)
def test_values_that_cannot_be(plan: Plan, project: Path, line: str, words: str) -> None:
    """A value of the wrong kind is a sentence and exit code 6."""
    project.write_text(line)
    told = plan()
    assert told.exit_code == 6
    assert words in told.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("workers", "0"), ("timeout", "soon"), ("max-errors", "x"), ("rate", "-1"), ("canary", "-1")]
)
@pytest.mark.parametrize("way", ["flag", "variable"])
def test_values_that_cannot_be_as_flag_or_variable(
    program: Program, table: Callable[..., Path], name: str, value: str, way: str
) -> None:
    """A wrong value on the command line or in a variable is a matter of usage: exit code 2."""
    variables = {f"CAMPAIGN_IMPORTER_{name.upper().replace('-', '_')}": value}
    told = program(
        "import", table(), *([f"--{name}", value] if way == "flag" else []), env={} if way == "flag" else variables
    )
    assert told.exit_code == 2
    assert f"--{name}" in told.stderr


def test_paths_in_a_file_are_seen_from_the_file(
    bare: Program, sandbox: Sandbox, user: Path, table: Callable[..., Path]
) -> None:
    """A relative path in a settings file counts from that file, wherever the command is started."""
    (user.parent / "pw").write_text("secret\n")
    user.write_text(f'url = "{sandbox.url}"\nusername = "admin"\npassword-file = "pw"\njournal = "j/journal"\n')
    assert bare("import", table(), "--yes", password=None).exit_code == 0
    assert (user.parent / "j" / "journal").is_file()


def test_a_config_that_is_not_there(plan: Plan) -> None:
    """A --config that cannot be read is a sentence and exit code 6."""
    told = plan("--config", "missing.toml")
    assert told.exit_code == 6
    assert "The settings file missing.toml cannot be read" in told.stderr


def test_flags_from_variables_and_files(
    bare: Program, sandbox: Sandbox, user: Path, table: Callable[..., Path]
) -> None:
    """A switch can be set by a variable or a file."""
    user.write_text("yes = true\njson = true\nquiet = true\n")
    variables = {
        "CAMPAIGN_IMPORTER_URL": sandbox.url,
        "CAMPAIGN_IMPORTER_USERNAME": "admin",
        "CAMPAIGN_IMPORTER_DISABLED": "1",
    }
    told = bare("import", table(), env=variables)
    assert (told.exit_code, told.counts, told.stderr) == (0, {"created": 1}, "")
    assert sandbox.campaigns()[0]["enabled"] == 0


def test_the_journal_is_in_the_state_directory_by_default(
    bare: Program, sandbox: Sandbox, table: Callable[..., Path], tmp_path: Path
) -> None:
    """Without --journal, the user's state directory holds it."""
    assert bare("plan", table(), "--url", sandbox.url, "--username", "admin").exit_code == 0
    assert (tmp_path / "home" / "state" / "campaign-importer" / "journal.sqlite3").is_file()
    assert default_path() == tmp_path / "home" / "state" / "campaign-importer" / "journal.sqlite3"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ((), "No server URL and no user name. Set --url and --username, CAMPAIGN_IMPORTER_URL and"),
        (("--username", "x"), "No server URL."),
        (("--url", "https://pbx.example.com/api/json"), "No user name."),
    ],
)
def test_what_is_missing_is_named(
    bare: Program, table: Callable[..., Path], given: tuple[str, ...], missing: str
) -> None:
    """Without an address or an account the command ends with 6 and says how to give them."""
    told = bare("import", table(), "--yes", *given)
    assert told.exit_code == 6
    assert missing in told.stderr


class TestPassword:
    """Where the password comes from."""

    @pytest.fixture
    def locked(self, table: Callable[..., Path], journal: Path) -> Callable[..., int]:
        """Plan a row against a server with a given password; return the exit code."""

        def run(secret: str, *arguments: object, **options: object) -> int:
            with Sandbox(accounts=[Account("admin", secret, "administrator")]) as sandbox:
                fixed = ("plan", table(), "--url", sandbox.url, "--username", "admin", "--journal", journal)
                return Program()(*fixed, *arguments, **options).exit_code  # type: ignore[arg-type]

        return run

    @pytest.mark.parametrize("secret", ["secret", " with spaces ", "&;=%+#?", "Pässwörd 夏", "x" * 200])
    def test_from_the_environment(self, locked: Callable[..., int], secret: str) -> None:
        """The variable's value is the password, to the last space."""
        assert locked(secret, password=secret) == 0

    @pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nmore\n"])
    def test_from_a_file(self, locked: Callable[..., int], tmp_path: Path, end: str) -> None:
        """The first line of the file is the password, spaces included."""
        (tmp_path / "pw").write_bytes(f" Pässwörd {end}".encode())
        assert locked(" Pässwörd ", "--password-file", tmp_path / "pw", password=None) == 0

    def test_from_a_file_that_an_editor_has_marked(self, locked: Callable[..., int], tmp_path: Path) -> None:
        """A byte order mark, which Windows' editors write, is not a part of the password."""
        (tmp_path / "pw").write_bytes(b"\xef\xbb\xbfsecret\r\n")
        assert locked("secret", "--password-file", tmp_path / "pw", password=None) == 0

    def test_a_file_by_flag_comes_before_the_variable(self, locked: Callable[..., int], tmp_path: Path) -> None:
        """A flag wins over the environment, the environment over a settings file and over its own file variable."""
        (tmp_path / "pw").write_text("right")
        named = {"CAMPAIGN_IMPORTER_PASSWORD_FILE": str(tmp_path / "pw")}
        assert locked("right", "--password-file", tmp_path / "pw", password="wrong") == 0
        assert locked("right", password="right", env={"CAMPAIGN_IMPORTER_PASSWORD_FILE": "missing"}) == 0
        assert locked("right", password="wrong", env=named) == 6
        assert locked("right", password=None, env=named) == 0

    def test_it_is_taken_out_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No process that we start inherits the password."""
        monkeypatch.setenv("CAMPAIGN_IMPORTER_PASSWORD", "secret")
        assert settings.password(None, None, file_first=False).reveal() == "secret"
        assert "CAMPAIGN_IMPORTER_PASSWORD" not in os.environ

    def test_nobody_to_ask(self, plan: Plan, sandbox: Sandbox) -> None:
        """Without a password and without a terminal the command ends with 6 and says where to put one."""
        told = plan(password=None)
        assert told.exit_code == 6
        words = "No password. Set CAMPAIGN_IMPORTER_PASSWORD, name a file with --password-file, or keep"
        assert words in told.stderr
        assert sandbox.requests == []

    def test_bytes_that_are_no_text(self, plan: Plan, sandbox: Sandbox) -> None:
        """A password in another encoding than UTF-8 is a sentence and exit code 6; it is not repeated."""
        told = plan(password=os.fsdecode("hunté2".encode("latin-1")))
        assert told.exit_code == 6
        assert "The variable CAMPAIGN_IMPORTER_PASSWORD contains bytes that are not UTF-8 text." in told.stderr
        assert "hunt" not in told.stderr
        assert sandbox.requests == []

    def test_an_empty_variable_is_no_password(self, plan: Plan, sandbox: Sandbox) -> None:
        """A variable that is set to nothing, as a missing secret of a scheduler is, counts as not set."""
        assert plan(password="").exit_code == 6
        assert sandbox.requests == []

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (None, "cannot be read: No such file or directory."),
            (b"", "is empty. Its first line is the password."),
            (b"\nsecret", "is empty. Its first line is the password."),
            (b"\xff\xfes\0", "is not UTF-8 text."),
        ],
    )
    def test_a_file_that_does_not_work(
        self, plan: Plan, sandbox: Sandbox, tmp_path: Path, content: bytes | None, words: str
    ) -> None:
        """A password file that is missing, empty or no text is a sentence and exit code 6, and nothing is sent."""
        if content is not None:
            (tmp_path / "pw").write_bytes(content)
        told = plan("--password-file", tmp_path / "pw", password=None)
        assert told.exit_code == 6
        assert f"The password file {tmp_path / 'pw'} {words}" in told.stderr
        assert sandbox.requests == []

    def test_it_is_no_option(self, plan: Plan) -> None:
        """Nobody can type the password where other people of the machine would see it."""
        told = plan("--password", "secret")
        assert told.exit_code == 2
        assert "No such option" in told.stderr

    def test_a_prompt_asks_on_a_terminal(self, program: Program, table: Callable[..., Path], sandbox: Sandbox) -> None:
        """On a terminal the password is asked for, by the account's name, and not shown."""
        code, shown = program.terminal("plan", table(), password=None, answers={"Password of admin": "secret"})
        assert code == 0
        assert f"Password of admin for {sandbox.url}" in shown
        assert "secret" not in shown
        assert sandbox.requests[0].password_ok

    def test_a_secret_does_not_print(self) -> None:
        """Whatever shows a secret shows that there is one."""
        assert {repr(Secret("x1")), str(Secret("x1")), f"{Secret('x1')}", f"{Secret('x1')!r}"} == {"<hidden>"}


def test_variables_alone_are_enough(program: Program, table: Callable[..., Path]) -> None:
    """A whole import needs no option but --yes."""
    assert program("import", table("c.csv", HEADINGS, ("a", "queue", "1")), "--yes").exit_code == 0


def test_a_default_with_a_space_from_a_variable(plan: Plan, sandbox: Sandbox) -> None:
    """A --default whose value has spaces can be given as a variable, too."""
    assert plan(env={"CAMPAIGN_IMPORTER_DEFAULT": "description=Spring reminder"}).exit_code == 0
    assert sandbox.requests[0].parameters["description"] == "Spring reminder"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--timeout", "nan")),
        pytest.param(
            ("--default", "description=\udcff"),
        ),
        pytest.param(
            ("--username", "\udcff"),
        ),
    ],
    ids=["nan", "default", "username"],
)
def test_values_that_no_request_can_hold(plan: Plan, arguments: tuple[str, ...]) -> None:
    """What is not a number of seconds, or no text, is a sentence and not a bug."""
    assert plan(*arguments).exit_code in (2, 6)
