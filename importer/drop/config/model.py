"""What drop.toml says: the tables and their keys, one line a key. Checker and documentation come from here."""

# ruff: noqa: E501 -- one line a key

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from importer.drop.config import value_types as kinds
from importer.numbers import WhenOn

USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}

_AS_EVER = "as in `campaign-importer.toml`"
_FOUND_OUT = "detected"
_NONE = "none"


class TomlTable(BaseModel):
    """A table of drop.toml. A value of None means that the key is missing."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


def _key(meaning: str, default: Any = ..., otherwise: str = "", name: str | None = None) -> Any:
    """Return a key: what it means, its default, and its name in the file where that differs.

    `otherwise` describes a default that the value alone does not show; pydantic keeps it as the title, which is unused.
    """
    return Field(default, description=meaning, title=otherwise, alias=name)


def _each_once(columns: Any) -> Any:
    """Refuse column letters that are given twice, in upper and lower case: pydantic would keep the last."""
    letters = [str(one).upper() for one in columns] if isinstance(columns, dict) else []
    for twice in (one for one in letters if letters.count(one) > 1):
        raise kinds.Unusable(f"the entry {twice} is given twice. Remove one of them.")
    return columns


def _each_pattern_once(rules: Any) -> Any:
    """Refuse patterns that are given twice, in upper and lower case: both mean the same files."""
    patterns = [str(one).casefold() for one in rules] if isinstance(rules, dict) else []
    for twice in (one for one in patterns if patterns.count(one) > 1):
        raise kinds.Unusable(f"the pattern {twice} is given twice. Remove one of them.")
    return rules


# fmt: off
class Settle(TomlTable):
    """The table [settle]."""

    seconds: kinds.Seconds = _key("Seconds a file must be unchanged before it is read.", 10.0)


class TriggerSettings(TomlTable):
    """The table [trigger]."""

    suffixes: kinds.Suffixes = _key("With `[trigger]`, a file is read only once `file.xlsx.done` or `file.done` exists.", (".done", ".ok"), "no `[trigger]`: none; else `[\".done\", \".ok\"]`")


class Handling(TomlTable):
    """How the files of a folder are handled; all of it may also stand in a table [folder."NAME"]."""

    patterns: kinds.Patterns = _key("Names of the files to read; upper and lower case are the same.", ("*.xlsx", "*.xlsm", "*.xlsb", "*.xls", "*.ods", "*.csv", "*.tsv", "*.txt"))
    sheet: kinds.Sheets | None = _key("Sheet to read: its name, or its number from 1; or a list of several.", None, _FOUND_OUT)
    all_sheets: kinds.Flag | None = _key("Read all sheets that have headings.", None, "`false`")
    default: dict[kinds.Parameter, kinds.AnyText] = _key("Value for every row when the sheet has no such column.", {}, _NONE)
    column: Annotated[dict[kinds.ColumnLetters, kinds.ParameterOrOwn], BeforeValidator(_each_once)] = _key("What a column contains, regardless of its heading; \"-\" for a column that is not sent.", {}, _NONE)
    headings: dict[kinds.AnyText, kinds.MeantParameter] = _key("Campaign field that a heading of the files stands for, such as `\"Ext\" = \"dnumber\"`.", {}, _NONE)
    encoding: kinds.Encoding | None = _key("Encoding of text files. Set it if a sender's files are refused because their encoding cannot be detected.", None, _FOUND_OUT)
    delimiter: kinds.Delimiter | None = _key("Field delimiter of text files.", None, _FOUND_OUT)
    header_row: kinds.Positive | None = _key("Row that has the headings.", None, _FOUND_OUT)
    no_header: kinds.Flag | None = _key("The files have no headings; assign the columns with `column`.", None, _AS_EVER)
    skip_hidden: kinds.Flag | None = _key("Skip rows that are hidden or filtered out.", None, _AS_EVER)
    server: kinds.Server | None = _key("Name of a section `[servers.NAME]` in `campaign-importer.toml`.", None, _AS_EVER)
    workers: kinds.Workers | None = _key("Number of parallel requests.", None, _AS_EVER)
    rate: kinds.Rate | None = _key("Maximum requests per second.", None, _AS_EVER)
    disabled: kinds.Flag | None = _key("Create all campaigns switched off.", None, _AS_EVER)
    require_timegroup: kinds.Flag | None = _key("Refuse enabled rows without a time group.", None, _AS_EVER)
    marker: kinds.Flag | None = _key("Add a unique tag to each description, so that a campaign can always be matched to its row.", None, _AS_EVER)
    canary: kinds.NotNegative | None = _key("Create N campaigns first; continue only if they are correct on the server.", None, _AS_EVER)
    max_new: kinds.NotNegative | None = _key("Quarantine a file that would create more campaigns than this; nothing of it is sent.", None, _AS_EVER)
    max_dialling: kinds.NotNegative | None = _key("The same for the number of campaigns that would start dialling.", None, _AS_EVER)
    max_calls: kinds.NotNegative | None = _key("The same for the calls that these would make at a time: the sum of their `maximum`.", None, _AS_EVER)
    on_change: kinds.OnChangedRow | None = _key("What to do with a row that was edited since its campaign was created.", None, _AS_EVER)
    on_existing: kinds.OnExistingRow | None = _key("What to do with a row whose campaign is on the server already but not in the journal.", None, _AS_EVER)
    numbers_for: Annotated[dict[kinds.NumbersPattern, kinds.CampaignId], BeforeValidator(_each_pattern_once)] = _key("Campaign on the server, by its ID, that the telephone numbers in files of these names are loaded into.", {}, _NONE)
    numbers_beside: kinds.ListPattern | None = _key("Name of the file with the telephone numbers for the campaigns of another file, such as `night.numbers.csv` for `night.xlsx`; both are read together. Without this key, files of campaigns have none.", None, _NONE)
    on_dialling: kinds.OnDiallingCampaign = _key("What to do with such a campaign if it is on: load nothing, switch it off for the load and on again, or load while it dials.", WhenOn.REFUSE)
    country: kinds.Country | None = _key("Country of national numbers: its code or name.", None, _AS_EVER)
    dnc: kinds.DncLists | None = _key("Do-not-call lists, each as `FILE` or `FILE:COUNTRY`, in addition to those in `campaign-importer.toml`.", None, _NONE)
    number_format: kinds.NumberSpelling | None = _key("How the server spells telephone numbers.", None, _AS_EVER)
    number_columns: kinds.NumberColumns | None = _key("Columns with telephone numbers, the preferred one first: `\"mobile,home\"`.", None, _FOUND_OUT)
    column_use: kinds.NumbersOfARow | None = _key("Several telephone numbers in a row: load the first good one, or all.", None, "`\"first\"`")
    all_numbers: kinds.Flag | None = _key("Hand back all telephone numbers, with what became of each, instead of only those that were not loaded.", None, "`false`")
    status_column: kinds.StatusColumn | None = _key("Column with the status of each telephone number, by its heading or letter; \"-\" for none.", None, _FOUND_OUT)
    duplicates: kinds.DuplicatesAmong | None = _key("Load a telephone number once in all campaigns of a file, or only if no campaign on the server has it either.", None, "`\"run\"`")
    not_again: kinds.Age | None = _key("Leave out telephone numbers that an earlier run loaded less than this long ago.", None, _NONE)
    split: kinds.SplitBy | None = _key("What each row is split into campaigns by: the time zones of its telephone numbers, in the sheet \"Numbers\" or a list beside the file. Needs `timezones`, here or in `campaign-importer.toml`.", None, _NONE)
    ambiguous_zone: kinds.AmbiguousZone | None = _key("Telephone numbers that may be in several time zones: hold them, or load them with the time group of all these zones together.", None, "`\"hold\"`")
    timezones: dict[kinds.TimeZones, kinds.Positive] = _key("ID of the time group of a time zone, or of several with + between them.", {}, _NONE)
    on_partial: kinds.OnPartialFile = _key("What to do with the correct rows of a file that also has wrong ones.", kinds.OnPartial.CREATE)
    report: kinds.Flag = _key("Also write an HTML page for each file.", False)
    settle: Settle = Settle()
    trigger: TriggerSettings | None = None

    @property
    def triggers(self) -> tuple[str, ...]:
        """The suffixes of trigger files; if there are any, a file is read only once its trigger file exists."""
        return self.trigger.suffixes if self.trigger else ()


class MailSettings(TomlTable):
    """The table [notify.mail]."""

    when: kinds.WhenTold = _key("Send an e-mail about each file, or only if something went wrong.", kinds.When.FAILURE)
    host: kinds.Text = _key("Host name of the mail server.")
    given_port: kinds.Port | None = _key("Port of the mail server.", None, "`587`; with tls `465`, with none `25`", "port")
    security: kinds.Encryption = _key("How the connection is encrypted.", "starttls")
    username: kinds.Text | None = _key("User name for the mail server.", None, _NONE)
    password_file: kinds.FilePath | None = _key("File whose first line is the password.", None, "the variable `CAMPAIGN_IMPORTER_MAIL_PASSWORD`")
    sender: kinds.MailAddress = _key("Address of the sender.", name="from")
    recipients: kinds.MailAddresses = _key("Addresses of the recipients.", name="to")
    attach: kinds.Flag = _key("Attach the results, and the HTML page if `report` is true.", True)
    largest_attachment: kinds.Size = _key("Maximum size of all attachments of one e-mail, in MiB; other files are only named, with their paths.", 10.0)
    digest: kinds.Flag = _key("Send one e-mail after each pass about all its files, instead of one per file.", False)

    @property
    def port(self) -> int:
        """The port of the mail server."""
        return self.given_port or USUAL_PORTS[self.security]


class WebhookSettings(TomlTable):
    """The table [notify.webhook]."""

    when: kinds.WhenTold = _key("Send a JSON document about each file, or only if something went wrong.", kinds.When.FAILURE)
    url: kinds.WebAddress = _key("Address it is sent to.")
    secret_file: kinds.FilePath | None = _key("File whose first line is the secret used to sign it.", None, "the variable `CAMPAIGN_IMPORTER_WEBHOOK_SECRET`")
    timeout: kinds.PositiveSeconds = _key("Seconds to wait for a response.", 30.0)
    allow_http: kinds.Flag = _key("Allow sending it unencrypted to another machine.", False)


class CommandSettings(TomlTable):
    """The table [notify.command]."""

    when: kinds.WhenTold = _key("Run a command for each file, or only if something went wrong.", kinds.When.FAILURE)
    run: kinds.Texts = _key("Program and its arguments; it gets the JSON document on standard input.")
    timeout: kinds.PositiveSeconds = _key("Seconds before a command that is still running is ended.", 60.0)


class Notify(TomlTable):
    """The table [notify]: how people and programs are notified."""

    mail: MailSettings | None = None
    webhook: WebhookSettings | None = None
    command: CommandSettings | None = None


class HeartbeatSettings(TomlTable):
    """The table [heartbeat]."""

    file: kinds.FilePath | None = _key("File to write after each pass.", None, _NONE)
    url: kinds.WebAddress | None = _key("Address to request after each pass.", None, _NONE)


class Retention(TomlTable):
    """The table [retention]."""

    payloads: kinds.Age | None = _key("How long the journal keeps the contents of runs.", None, "for ever")
    files: kinds.Age | None = _key("How long archived files are kept.", None, "for ever")
    numbers: kinds.AgeOrNone | None = _key("How long telephone numbers are kept beside the journal after they are loaded; \"0d\" removes them after the pass.", None, "`keep_numbers` of `campaign-importer.toml`, or `\"7d\"`")


class ScrubSettings(TomlTable):
    """The table [scrub]."""

    every: kinds.Age = _key("With `[scrub]`: after how many days the numbers that a run has loaded are compared with the do-not-call lists again.", timedelta(days=1), "no `[scrub]`: never; else `\"1d\"`")
    within: kinds.Age = _key("How long after its begin a run is compared.", timedelta(days=31), "`\"31d\"`")


class DropToml(Handling):
    """A whole file: `folder` has what differs in the folders of individual customers."""

    poll: kinds.PositiveSeconds = _key("With `--watch`: seconds between two looks at the folders, in addition to the system's own notifications.", 10.0)
    notify: Notify = Notify()
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    retention: Retention = Retention()
    scrub: ScrubSettings | None = None
    folder: dict[kinds.FolderName, Handling] = {}
# fmt: on


@dataclass(frozen=True)
class DropFolder:
    """A folder that files arrive in: its path, its name in drop.toml ("" for the top), and all its settings."""

    path: Path
    name: str
    handling: Handling


@dataclass(frozen=True)
class Drop:
    """Everything drop.toml says. `folders` begins with the top one; `poll` is in seconds."""

    folders: tuple[DropFolder, ...]
    poll: float
    notify: Notify
    heartbeat: HeartbeatSettings
    retention: Retention
    scrub: ScrubSettings | None = None
