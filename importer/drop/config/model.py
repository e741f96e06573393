"""What drop.toml says: the tables and their keys, one line a key. Checker and documentation come from here."""

# ruff: noqa: E501 -- one line a key

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from importer.drop.config import value_types as kinds

USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}

_AS_EVER = "as `campaign-importer.toml` says"
_FOUND_OUT = "found out"
_NONE = "none"


class TomlTable(BaseModel):
    """A table of drop.toml. What is None is as without the key."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


def _key(meaning: str, default: Any = ..., otherwise: str = "", name: str | None = None) -> Any:
    """Return a key: what it means, its default, and its name in the file where that is another.

    `otherwise` tells a default that its value does not tell; pydantic keeps it as the title, which it does not use.
    """
    return Field(default, description=meaning, title=otherwise, alias=name)


def _each_once(columns: Any) -> Any:
    """Refuse letters that stand there twice, once capital and once small: pydantic would take the last."""
    letters = [str(one).upper() for one in columns] if isinstance(columns, dict) else []
    for twice in (one for one in letters if letters.count(one) > 1):
        raise kinds.Unusable(f"the entry {twice} is there twice. Leave one of the two out.")
    return columns


# fmt: off
class Settle(TomlTable):
    """The table [settle]."""

    seconds: kinds.Seconds = _key("A file is taken when it has not changed for so long.", 10.0)


class TriggerSettings(TomlTable):
    """The table [trigger]."""

    suffixes: kinds.Suffixes = _key("With `[trigger]`, a file is taken when `file.xlsx.done` or `file.done` is there, and only then.", (".done", ".ok"), "no `[trigger]`: none; else `[\".done\", \".ok\"]`")


class Handling(TomlTable):
    """How the files of a folder are handled; all of it may also stand in a table [folder."NAME"]."""

    patterns: kinds.Patterns = _key("Which names are taken; capitals and small letters are the same.", ("*.xlsx", "*.xlsm", "*.xlsb", "*.xls", "*.ods", "*.csv", "*.tsv", "*.txt"))
    sheet: kinds.Sheet | None = _key("The sheet to read.", None, _FOUND_OUT)
    default: dict[kinds.Parameter, kinds.AnyText] = _key("The text of a column that the sheet lacks, for every row.", {}, _NONE)
    column: Annotated[dict[kinds.ColumnLetters, kinds.ParameterOrOwn], BeforeValidator(_each_once)] = _key("What a column holds, whatever its heading; \"-\" for one of your own.", {}, _NONE)
    headings: dict[kinds.AnyText, kinds.MeantParameter] = _key("The field that a heading of the files means, such as `\"Ziel\" = \"dnumber\"`.", {}, _NONE)
    encoding: kinds.Encoding | None = _key("Of text files. Set it where a sender's files are refused because their words do not tell.", None, _FOUND_OUT)
    delimiter: kinds.Delimiter | None = _key("Between the fields of text files.", None, _FOUND_OUT)
    header_row: kinds.Positive | None = _key("The row that holds the headings.", None, _FOUND_OUT)
    no_header: kinds.Flag | None = _key("The files have no headings; say what the columns hold with `column`.", None, _AS_EVER)
    skip_hidden: kinds.Flag | None = _key("Leave out rows that are hidden or filtered out.", None, _AS_EVER)
    server: kinds.Server | None = _key("The name of a section `[servers.NAME]` in `campaign-importer.toml`.", None, _AS_EVER)
    workers: kinds.Workers | None = _key("How many requests are sent at once.", None, _AS_EVER)
    rate: kinds.Rate | None = _key("At most so many requests a second.", None, _AS_EVER)
    disabled: kinds.Flag | None = _key("Create all campaigns with enabled 0.", None, _AS_EVER)
    require_timegroup: kinds.Flag | None = _key("Refuse enabled rows without a time group.", None, _AS_EVER)
    marker: kinds.Flag | None = _key("Append a token to descriptions, so that lost rows are found for certain.", None, _AS_EVER)
    canary: kinds.NotNegative | None = _key("Create so many campaigns first, read them back, and go on only if they are right.", None, _AS_EVER)
    on_change: kinds.OnChangedRow | None = _key("What is done with a row whose campaign was created earlier with other values.", None, _AS_EVER)
    on_existing: kinds.OnExistingRow | None = _key("What is done with a row whose campaign the server has already, though the journal does not know of it.", None, _AS_EVER)
    on_partial: kinds.OnPartialFile = _key("What is done with the good rows of a file that has wrong ones.", kinds.OnPartial.CREATE)
    report: kinds.Flag = _key("Write a page to look at, too.", False)
    settle: Settle = Settle()
    trigger: TriggerSettings | None = None

    @property
    def triggers(self) -> tuple[str, ...]:
        """The suffixes of trigger files; with some, a file is taken when its trigger file is there, and only then."""
        return self.trigger.suffixes if self.trigger else ()


class MailSettings(TomlTable):
    """The table [notify.mail]."""

    when: kinds.WhenTold = _key("Send an e-mail about each file, or only where something went wrong.", kinds.When.FAILURE)
    host: kinds.Text = _key("The mail server.")
    given_port: kinds.Port | None = _key("Its port.", None, "`587`; with tls `465`, with none `25`", "port")
    security: kinds.Encryption = _key("How the connection is encrypted.", "starttls")
    username: kinds.Text | None = _key("The user name there.", None, _NONE)
    password_file: kinds.FilePath | None = _key("A file whose first line is the password.", None, "the variable `CAMPAIGN_IMPORTER_MAIL_PASSWORD`")
    sender: kinds.MailAddress = _key("The sender's address.", name="from")
    recipients: kinds.MailAddresses = _key("The addresses of those who are told.", name="to")
    attach: kinds.Flag = _key("Attach the results, and the page where `report` is true.", True)
    largest_attachment: kinds.Size = _key("MiB that are attached to one e-mail at most; it says where the other files are.", 10.0)
    digest: kinds.Flag = _key("Send one e-mail after each pass about all its files, instead of one for each file.", False)

    @property
    def port(self) -> int:
        """The port of the mail server."""
        return self.given_port or USUAL_PORTS[self.security]


class WebhookSettings(TomlTable):
    """The table [notify.webhook]."""

    when: kinds.WhenTold = _key("Send a JSON document about each file, or only where something went wrong.", kinds.When.FAILURE)
    url: kinds.WebAddress = _key("Where it is sent.")
    secret_file: kinds.FilePath | None = _key("A file whose first line is the secret that signs it.", None, "the variable `CAMPAIGN_IMPORTER_WEBHOOK_SECRET`")
    timeout: kinds.PositiveSeconds = _key("How long an answer is waited for, in seconds.", 30.0)
    allow_http: kinds.Flag = _key("Send it unencrypted to another machine.", False)


class CommandSettings(TomlTable):
    """The table [notify.command]."""

    when: kinds.WhenTold = _key("Run a command about each file, or only where something went wrong.", kinds.When.FAILURE)
    run: kinds.Texts = _key("The program and its arguments; it gets the JSON document on standard input.")
    timeout: kinds.PositiveSeconds = _key("After so many seconds it is ended.", 60.0)


class Notify(TomlTable):
    """The table [notify]: the ways in which people and programs are told."""

    mail: MailSettings | None = None
    webhook: WebhookSettings | None = None
    command: CommandSettings | None = None


class HeartbeatSettings(TomlTable):
    """The table [heartbeat]."""

    file: kinds.FilePath | None = _key("A file that is written after each pass.", None, _NONE)
    url: kinds.WebAddress | None = _key("An address that is asked for after each pass.", None, _NONE)


class Retention(TomlTable):
    """The table [retention]."""

    payloads: kinds.Age | None = _key("How long the journal keeps what was sent.", None, "for ever")
    files: kinds.Age | None = _key("How long files that were put away are kept.", None, "for ever")


class DropToml(Handling):
    """A whole file, each table by itself: `folder` says what is different in the folders of customers."""

    poll: kinds.PositiveSeconds = _key("With `--watch`: how often the folders are looked at, whatever the system tells.", 10.0)
    notify: Notify = Notify()
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    retention: Retention = Retention()
    folder: dict[kinds.FolderName, Handling] = {}
# fmt: on


@dataclass(frozen=True)
class DropFolder:
    """A folder that files arrive in: its path, its name in drop.toml ("" for the top), and all that holds there."""

    path: Path
    name: str
    handling: Handling


@dataclass(frozen=True)
class Drop:
    """All that drop.toml says. `folders` begins with the top one; `poll` is in seconds."""

    folders: tuple[DropFolder, ...]
    poll: float
    notify: Notify
    heartbeat: HeartbeatSettings
    retention: Retention
