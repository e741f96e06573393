"""The settings file in the folder at hand, which may have come with a spreadsheet: how little it is believed."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click
import pytest

from importer.cli import cli
from importer.cli.options.common import IN_FILES
from importer.cli.values import settings
from importer.sandbox import Sandbox
from importer.security.ownership import OpenToOthers, is_open_to_others, read_ours
from tests.support.program import PASSWORD, Finished, Program
from tests.support.servers import Listener

Table = Callable[..., Path]
Run = Callable[..., Finished]


@pytest.fixture(autouse=True)
def usual_mask() -> Iterator[None]:
    """What the tests write can be written by their user alone, regardless of the machine's mask."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def run(bare: Program, table: Table) -> Run:
    """Import a good row with nothing set on the command line but that nobody is asked."""
    return lambda *arguments, **options: bare("import", table(), "--yes", *arguments, **options)


@pytest.fixture
def secret(user: Path) -> Path:
    """The user's file with the password."""
    path = user.with_name("password")
    path.write_text(f"{PASSWORD}\n")
    return path


def is_asked(listener: Listener) -> bool:
    """Say whether the stranger's server was asked for anything."""
    return bool(listener.requests)


# A password is sent only to the server it was given for


def the_users(sandbox: Sandbox, secret: Path) -> str:
    """Return what the user's own file says: a server, an account and where the password is."""
    return f'url = "{sandbox.url}"\nusername = "admin"\npassword-file = "{secret}"\n'


@pytest.mark.parametrize(
    "stranger",
    [
        'url = "{url}"\n',
        'url = "{url}"\nusername = "admin"\n',
        'server = "production"\n[servers.production]\nurl = "{url}"\n',
        'server = "production"\n[servers.production]\nurl = "{url}"\nusername = "admin"\n',
        'server = "other"\n[servers.other]\nurl = "{url}"\nusername = "admin"\n',
        'username = "somebody"\n',
    ],
)
@pytest.mark.parametrize("section", [False, True], ids=["top", "section"])
@pytest.mark.parametrize("password", ["file", "variable"])
def test_the_users_password_goes_nowhere_else(
    run: Run,
    sandbox: Sandbox,
    listener: Listener,
    user: Path,
    project: Path,
    secret: Path,
    stranger: str,
    section: bool,
    password: str,
) -> None:
    """Whatever of address and account comes from the folder at hand, the rest is not added: exit 6, both are named."""
    known = the_users(sandbox, secret)
    if password == "variable":
        known = known.replace(f'password-file = "{secret}"\n', "")
    user.write_text(f'server = "production"\n[servers.production]\n{known}' if section else known)
    project.write_text(stranger.format(url=listener.url))
    told = run(password=PASSWORD if password == "variable" else None)
    assert not is_asked(listener)
    if section and "servers" not in stranger:
        # The section comes before what stands outside of one, in whichever file: all of it is the user's.
        assert told.exit_code == 0, told.stderr
        return
    assert (told.exit_code, sandbox.requests) == (6, []), told.stderr
    if "No password" not in told.stderr and "No user name." not in told.stderr:
        source = "the variable CAMPAIGN_IMPORTER_PASSWORD" if password == "variable" else user
        assert "A password is sent only to the server it was given for" in told.stderr
        assert f"comes from {project}" in told.stderr
        assert f"comes from {source}" in told.stderr
        assert "[E510]" in told.stderr


@pytest.mark.parametrize("way", ["flag", "variable"])
def test_a_password_file_that_is_named_elsewhere(
    run: Run, listener: Listener, project: Path, secret: Path, way: str
) -> None:
    """Naming the file of the password does not name the server that it is for."""
    project.write_text(f'url = "{listener.url}"\nusername = "admin"\n')
    arguments: tuple[object, ...] = ("--password-file", secret) if way == "flag" else ()
    env: Mapping[str, str] = {} if way == "flag" else {"CAMPAIGN_IMPORTER_PASSWORD_FILE": str(secret)}
    told = run(*arguments, password=None, env=env)
    assert (told.exit_code, is_asked(listener)) == (6, False)
    assert "--password-file" in told.stderr or "CAMPAIGN_IMPORTER_PASSWORD_FILE" in told.stderr


@pytest.mark.parametrize("command", ["enable", "apply"])
def test_a_run_brings_no_password_elsewhere(
    program: Program, bare: Program, table: Table, journal: Path, listener: Listener, project: Path, command: str
) -> None:
    """What continues a run has its address from the folder at hand as little as what begins one."""
    run = program("plan", table(), "--json").document["run"]
    project.write_text(f'url = "{listener.url}"\n')
    told = bare(command, run, "--journal", journal, *(("--yes",) if command == "enable" else ()))
    assert (told.exit_code, is_asked(listener)) == (6, False)
    assert "the run" in told.stderr


def test_all_from_the_folder_at_hand(run: Run, sandbox: Sandbox, project: Path, here: Path) -> None:
    """A folder with a server, an account and a password of its own is at work with these."""
    (here / "keys").mkdir()
    (here / "keys" / "password").write_text(PASSWORD)
    project.write_text(f'url = "{sandbox.url}"\nusername = "admin"\npassword-file = "keys/password"\n')
    told = run(password=None)
    assert told.exit_code == 0, told.stderr
    assert len(sandbox.campaigns()) == 1


def test_a_typed_address_is_meant(run: Run, sandbox: Sandbox, project: Path) -> None:
    """Who types an address says where the password goes, whatever account the folder at hand names."""
    project.write_text('username = "admin"\n')
    assert run("--url", sandbox.url).exit_code == 0


def test_a_file_that_is_named_is_believed(run: Run, sandbox: Sandbox, project: Path) -> None:
    """With --config the very same file gives an address for the password of the environment."""
    project.write_text(f'url = "{sandbox.url}"\nusername = "admin"\n')
    assert run().exit_code == 6
    for name in (project, project.name):
        assert run("--config", name).exit_code == 0


def test_a_person_sees_where_the_password_goes(
    program: Program, table: Table, sandbox: Sandbox, project: Path, user: Path
) -> None:
    """A password that is typed is asked for with the address, so that of the folder at hand may be used."""
    project.write_text(f'url = "{sandbox.url}"\nusername = "admin"\n')
    program.settings = {"settle-wait": "0"}
    code, shown = program.terminal("plan", table(), password=None, answers={"Password of admin": PASSWORD})
    assert code == 0, shown
    assert f"Password of admin for {sandbox.url}" in shown


@pytest.mark.parametrize("named", ["{secret}", "../password", "link"])
def test_a_password_file_elsewhere_is_not_read_for_a_stranger(
    run: Run, listener: Listener, project: Path, here: Path, secret: Path, named: str
) -> None:
    """The folder at hand names no file outside itself as its password, be it by a link."""
    (here.parent / "password").write_text(PASSWORD)
    (here / "link").symlink_to(secret)
    named = named.format(secret=secret)
    project.write_text(f'url = "{listener.url}"\nusername = "admin"\npassword-file = "{named}"\n')
    told = run(password=None)
    assert (told.exit_code, is_asked(listener)) == (6, False)
    assert "password-file must name a file in the current folder" in told.stderr


def test_a_section_is_one_files(run: Run, sandbox: Sandbox, user: Path, project: Path, secret: Path) -> None:
    """A section of a name is taken from the nearer file as a whole: nothing of the other one is mixed in."""
    user.write_text(f'server = "one"\n[servers.one]\nworkers = 0\n{the_users(sandbox, secret)}')
    project.write_text(f'[servers.one]\nusername = "admin"\nurl = "{sandbox.url}"\npassword-file = "password"\n')
    (project.parent / "password").write_text(PASSWORD)
    assert run(password=None).exit_code == 0, "the workers of the other file are not among the nearer one's"


# What it may not say at all


@pytest.mark.parametrize("where", ["", "[servers.one]\n"], ids=["top", "section"])
@pytest.mark.parametrize(
    "line",
    [
        "yes = true",
        "allow-http = true",
        "allow_http = true",
        'ca-bundle = "ca.pem"',
        'journal = "journal.sqlite3"',
        'log = "log.jsonl"',
        'results = "/tmp/results.csv"',
        'report = "page.html"',
    ],
)
def test_what_is_not_taken_from_the_folder_at_hand(
    run: Run, sandbox: Sandbox, user: Path, project: Path, where: str, line: str, here: Path
) -> None:
    """Whom to trust, where to write, and that nobody is asked: exit 6, and nothing is sent or written."""
    project.write_text(f"{where}{line}\n")
    before = sorted(here.iterdir())
    told = run("--url", sandbox.url, "--username", "admin")
    key = line.partition(" ")[0]
    assert told.exit_code == 6
    assert f"{key} is not read from the current folder" in told.stderr
    assert str(user) in told.stderr
    assert sandbox.requests == []
    assert [path.name for path in here.iterdir() if path not in before] == ["campaigns.csv"]


def test_every_path_that_a_file_may_name_is_decided_on() -> None:
    """An option that names a file is kept from the folder at hand, or only reads one that is data as the sheet is."""
    options = {one.name: one for command in cli.commands.values() for one in command.params if one.name in IN_FILES}
    paths = {name for name, one in options.items() if isinstance(one.type, click.Path)}
    assert paths - settings.NOT_AT_HAND - settings.PATHS == {"answers"}
    assert {"password_file", "dnc"} == settings.PATHS - settings.NOT_AT_HAND


def test_a_variable_takes_no_question_away(program: Program, table: Table, sandbox: Sandbox) -> None:
    """CAMPAIGN_IMPORTER_YES, set somewhere and forgotten, is not honoured; the user's own file may say it."""
    told = program("import", table(), env={"CAMPAIGN_IMPORTER_YES": "1"})
    assert told.exit_code == 2
    assert sandbox.campaigns() == []


# Files that others may have written


CASES = [("file", 0o666), ("file", 0o664), ("folder", 0o777), ("folder", 0o1777), ("folder", 0o775)]


def open_up(path: Path, what: str, mode: int) -> None:
    """Let others write a file or its folder; the group is one that is not the user's alone."""
    changed = path if what == "file" else path.parent
    if os.geteuid() == 0:
        os.chown(changed, -1, 65534)
    elif mode & 0o002 == 0:
        pytest.skip("a group of others needs the superuser")
    changed.chmod(mode)


@pytest.mark.parametrize(("what", "mode"), CASES)
def test_one_that_others_may_write_is_not_obeyed(
    run: Run, sandbox: Sandbox, project: Path, what: str, mode: int
) -> None:
    """The file in the folder at hand is left alone, with a word that says why and what to do."""
    project.write_text("colour = 1\n")
    open_up(project, what, mode)
    told = run("--url", sandbox.url, "--username", "admin")
    assert told.exit_code == 0, told.stderr
    assert f"The settings in {project} are ignored: " in told.stderr
    assert "can write" in told.stderr
    assert "chmod g" in told.stderr


@pytest.mark.parametrize(("what", "mode"), CASES)
def test_the_users_own_that_others_may_write_is_refused(
    run: Run, sandbox: Sandbox, user: Path, what: str, mode: int
) -> None:
    """Without the user's settings, or with a stranger's, nothing is done: exit 6, with the cure."""
    user.write_text(f'url = "{sandbox.url}"\nusername = "admin"\n')
    open_up(user, what, mode)
    told = run()
    assert told.exit_code == 6
    assert f"The settings in {user} cannot be used: " in told.stderr
    assert "[E509]" in told.stderr
    assert sandbox.requests == []
    for changed in (user, user.parent):
        changed.chmod(0o700)
    assert run().exit_code == 0


@pytest.mark.parametrize("way", ["flag", "variable"])
@pytest.mark.parametrize(("what", "mode"), CASES)
def test_a_named_file_that_others_may_write_is_refused(
    run: Run, sandbox: Sandbox, here: Path, what: str, mode: int, way: str
) -> None:
    """Who names a file may not know that others have written to it: exit 6, with the cure."""
    (here / "settings").mkdir()
    named = here / "settings" / "named.toml"
    named.write_text(f'url = "{sandbox.url}"\nusername = "admin"\n')
    arguments: tuple[object, ...] = ("--config", named) if way == "flag" else ()
    env: Mapping[str, str] = {} if way == "flag" else {"CAMPAIGN_IMPORTER_CONFIG": str(named)}
    open_up(named, what, mode)
    told = run(*arguments, env=env)
    assert (told.exit_code, sandbox.requests) == (6, [])
    assert f"The settings in {named} cannot be used: " in told.stderr
    assert "chmod g" in told.stderr
    for changed in (named, named.parent):
        changed.chmod(0o700)
    assert run(*arguments, env=env).exit_code == 0


def test_a_file_of_somebody_else(run: Run, sandbox: Sandbox, project: Path) -> None:
    """What belongs to another user is not obeyed, regardless of its mode."""
    if os.geteuid() != 0:
        pytest.skip("only the superuser can give files away")
    project.write_text("colour = 1\n")
    os.chown(project, 65534, 65534)
    told = run("--url", sandbox.url, "--username", "admin")
    assert told.exit_code == 0
    assert f"The settings in {project} are ignored: {project} belongs to " in told.stderr
    assert "chown root" in told.stderr


def test_a_link_is_as_good_as_what_it_leads_to(here: Path, tmp_path: Path) -> None:
    """A link is followed; the folder that it leads to counts as well as the one that it is in."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "real.toml").write_text("x = 1\n")
    link = here / "link.toml"
    link.symlink_to(elsewhere / "real.toml")
    assert read_ours(link) == b"x = 1\n"
    elsewhere.chmod(0o777)
    with pytest.raises(OpenToOthers, match="anybody can write to"):
        read_ours(link)
    elsewhere.chmod(0o755)
    here.chmod(0o777)
    with pytest.raises(OpenToOthers, match="anybody can write to"):
        read_ours(link)


def test_a_group_of_the_user_alone_is_nobody_else(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each user has a group of his own, files that this group may write are as good as others."""
    path = here / "a.toml"
    path.write_text("")
    path.chmod(0o664)
    assert is_open_to_others(path) is False, "the group of the user who runs the tests has other members"


def test_a_list_of_access_is_a_group_of_others(here: Path) -> None:
    """Where a list of access lets somebody else write, the mode shows that as the group's right."""
    path = here / "a.toml"
    path.write_text("")
    path.chmod(0o644)
    user = b"\x02\0\0\0" + b"".join(
        tag.to_bytes(2, "little") + right.to_bytes(2, "little") + who.to_bytes(4, "little", signed=False)
        for tag, right, who in [
            (0x01, 6, 0xFFFFFFFF),
            (0x02, 6, 65534),
            (0x04, 4, 0xFFFFFFFF),
            (0x10, 6, 0xFFFFFFFF),
            (0x20, 4, 0xFFFFFFFF),
        ]
    )
    try:
        os.setxattr(path, "system.posix_acl_access", user)
    except (OSError, AttributeError):
        pytest.skip("this file system keeps no lists of access")
    assert is_open_to_others(path)
