"""What drop.toml says: all its mistakes at once, each with its line and key, or frozen dataclasses."""

import difflib
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from importer.drop.config.conflicts import contradictions
from importer.drop.config.keys import EACH, FOR_ALL, PER_FILE, Key, by_name
from importer.drop.config.model import (
    CommandSettings,
    Drop,
    DropFolder,
    Handling,
    MailSettings,
    OnPartial,
    Retention,
    WebhookSettings,
    When,
)
from importer.drop.config.toml_lines import Path as KeyPath
from importer.drop.config.toml_lines import lines_of
from importer.drop.config.value_types import InvalidValue, SecretInFile
from importer.drop.places import FOLDERS
from importer.errors import WrongSettings
from importer.model import OnChange, OnExisting
from importer.security import NotToml, OpenToOthers, read_ours, toml_text, toml_values
from schemas.likeness import suggestion
from schemas.problem_codes import ProblemCode

NAME = "drop.toml"
MAIL_PASSWORD_VARIABLE = "CAMPAIGN_IMPORTER_MAIL_PASSWORD"  # noqa: S105 -- the name of a variable
WEBHOOK_SECRET_VARIABLE = "CAMPAIGN_IMPORTER_WEBHOOK_SECRET"  # noqa: S105 -- the name of a variable
TRIGGERS = (".done", ".ok")
PORTS = {"starttls": 587, "tls": 465, "none": 25}

_SECRET = re.compile(r"(?:.*_)?(?:pass(?:word|wd|phrase)?|secret|token|api_?key)", re.IGNORECASE)
K = TypeVar("K", str, str | int)

_LONGEST_SHOWN = 60


def load(folder: Path, file: Path | None = None, servers: Collection[str] = ()) -> Drop:
    """Return what `file` says about a drop folder; without one, `drop.toml` in the folder, which may be missing.

    Files that it names are looked for from its own folder on. `servers` are the names of the servers that the settings
    know. Raises WrongSettings with every mistake at once, and for a file that somebody else may have written: who may
    drop files gets no more than that.
    """
    path = file or folder / NAME
    text = "" if file is None and not os.path.lexists(path) else _read(path, folder)
    try:
        values = toml_values(text)
    except NotToml as error:
        line = error.line or len(text.splitlines())
        raise _refusal(path, [f"{path.name}, line {line}: this {error}"]) from None
    checker = _Checker(path.name, lines_of(text), servers)
    drop = checker.drop(folder, path.parent, values)
    if drop is None:
        raise _refusal(path, checker.sentences())
    return drop


def _read(path: Path, folder: Path) -> str:
    try:
        return toml_text(read_ours(path))
    except OpenToOthers as error:
        message = f"{path} is not obeyed: {error.reason}, and it may name commands, files and servers. "
        raise WrongSettings(message + _closed(path, folder, error.cure), ProblemCode.OPEN_TO_OTHERS) from None
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}. Check its name and the right to read it."
        raise WrongSettings(message, ProblemCode.SETTINGS_FILE) from None
    except NotToml as error:
        raise WrongSettings(f"{path} {error}", ProblemCode.SETTINGS_FILE) from None


def _refusal(path: Path, sentences: list[str]) -> WrongSettings:
    return WrongSettings(f"{path} cannot be used:\n  " + "\n  ".join(sentences), ProblemCode.SETTINGS_FILE)


class _Checker:
    """Reads the values of one file and keeps what is wrong with them."""

    def __init__(self, name: str, lines: Mapping[KeyPath, int], servers: Collection[str]) -> None:
        self._name = name
        plain = {tuple(map(_plain, path)): line for path, line in lines.items()}
        self._lines: Mapping[KeyPath, int] = {**plain, **lines}
        self._servers = servers
        self._mistakes: list[tuple[int, str]] = []

    def sentences(self) -> list[str]:
        """Return all mistakes, in the order of the file."""
        return [message for _, message in sorted(self._mistakes)]

    def drop(self, folder: Path, beside: Path, values: Mapping[str, Any]) -> Drop | None:
        """Return what the file says, or None where there is a mistake."""
        sections = values.get("folder", {})
        keys = by_name((*PER_FILE, *FOR_ALL))
        said = self._table({key: values[key] for key in values.keys() - {"folder"}}, (), keys)
        top = _with_defaults(said, keys)
        self._contradictions(top, said, ())
        self._server(said, ())
        own = dict(self._folders(sections, top))
        if self._mistakes:
            return None
        folders = [DropFolder(folder, "", _handling(top))]
        folders += [DropFolder(folder / name, name, _handling(values)) for name, values in own.items()]
        return _drop(tuple(folders), top, beside)

    def _folders(self, sections: Any, top: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if not isinstance(sections, dict):
            self._wrong(("folder",), f'{_shown(sections)} is no table. Write it as [folder."acme"].')
            return
        for name, section in sections.items():
            path = ("folder", name)
            if not _is_folder_name(name):
                self._wrong(path, "this cannot be the name of a folder here. Name a folder that stands right below.")
            if not isinstance(section, dict):
                self._wrong(path, f"{_shown(section)} is no table. Write it as [{_dotted(path)}].")
                continue
            said = self._table(section, path, by_name(PER_FILE))
            merged = {**top, **said, "default": {**top["default"], **said.get("default", {})}}
            self._contradictions(merged, said, path)
            self._server(said, path)
            yield name, merged

    def _table(
        self, table: Mapping[str, Any], path: KeyPath, keys: Mapping[str, Key], under: str = ""
    ) -> dict[str, Any]:
        """Return the values of a table and of those in it, by dotted name; note what is wrong."""
        found: dict[str, Any] = {}
        for key, value in table.items():
            plain, where = _plain(key), (*path, key)
            name = f"{under}{plain}"
            if plain != key and plain in table:
                self._wrong(where, f"{plain} is the same key. Leave one of the two out.")
                continue
            inner = [other for other in keys if other.startswith(f"{name}.")]
            if name in keys:
                self._one(keys[name], value, where, found, name)
            elif not inner:
                self._unknown(key, where, under, keys)
            elif not isinstance(value, dict):
                self._wrong(where, f"{_shown(value)} is no table. Write it as {_under(path, keys[inner[0]].usage)}.")
            elif f"{name}.{EACH}" in keys:
                found[name] = self._entries(keys[f"{name}.{EACH}"], value, where)
            else:
                found |= self._table(value, where, keys, f"{name}.")
                if name == "trigger":
                    found.setdefault("trigger.suffixes", TRIGGERS)
                self._missing(name, where, [keys[one] for one in inner], value)
        return found

    def _one(self, key: Key, value: Any, where: KeyPath, found: dict[str, Any], name: str) -> None:
        try:
            found[name] = key.kind.read(value)
        except InvalidValue as unfit:
            shown = "" if isinstance(unfit, SecretInFile) else f"{_shown(value)} "
            message = str(unfit) or f"is not {key.kind.words}."
            self._wrong(where, f"{shown}{message} Write it as {_dotted(where)} = {key.kind.example}.")

    def _entries(self, key: Key, table: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in table.items():
            where = (*path, name)
            try:
                read = key.named.read(name) if key.named else name
            except InvalidValue as unfit:
                message = str(unfit) or f"is not {key.named.words}." if key.named else ""
                self._wrong(where, f"{name} {message} Write it as {_under(path[:-1], key.usage)}.")
                continue
            if read in found:
                self._wrong(where, f"the entry {read} is there twice. Leave one of the two out.")
            self._one(key, value, where, found, read)
        return found

    def _missing(self, name: str, where: KeyPath, keys: list[Key], table: Mapping[str, Any]) -> None:
        given = set(map(_plain, table))
        for key in keys:
            last = key.name.removeprefix(f"{name}.")
            if key.needed and "." not in last and last not in given:
                self._wrong(where, f"{last} is missing. Write it as {key.usage}.")

    def _unknown(self, key: str, where: KeyPath, under: str, keys: Mapping[str, Key]) -> None:
        if _SECRET.fullmatch(key):
            cure = _secret_cure(under)
            self._wrong(where, f"secrets such as a password do not belong in {self._name}. {cure}")
            return
        here = [name.removeprefix(under) for name in keys if name.startswith(under)]
        if close := difflib.get_close_matches(key, [name.split(".")[0] for name in here], n=1):
            self._wrong(where, f"there is no such key. Did you mean {_dotted((*where[:-1], close[0]))}?")
        elif elsewhere := [name for name in by_name((*PER_FILE, *FOR_ALL)) if name.split(".")[-1] == _plain(key)]:
            self._wrong(where, f"there is no such key here. {_right_place(elsewhere[0])}")
        else:
            there = ", ".join(dict.fromkeys(name.split(".")[0] for name in here))
            self._wrong(where, f"there is no such key. There are: {there}.")

    def _contradictions(self, values: Mapping[str, Any], said: Mapping[str, Any], path: KeyPath) -> None:
        for name, message in contradictions(values, said):
            self._wrong((*path, *name.split(".")), message)

    def _server(self, said: Mapping[str, Any], path: KeyPath) -> None:
        if (name := said.get("server")) is not None and name not in self._servers:
            there = ", ".join(self._servers) or "none"
            message = (
                f"there is no section [servers.{name}] in campaign-importer.toml.{suggestion(name, self._servers)}"
            )
            self._wrong((*path, "server"), f"{message} The servers are: {there}.")

    def _wrong(self, path: KeyPath, message: str) -> None:
        line = self._lines.get(path, 1)
        self._mistakes.append((line, f"{self._name}, line {line}, {_dotted(path)}: {message}"))


def _plain(key: K) -> K | str:
    """Return a key with underscores where it has dashes; the number of a table in a list stays."""
    return key.replace("-", "_") if isinstance(key, str) else key


def _right_place(name: str) -> str:
    table, _, last = name.rpartition(".")
    return (
        f"{last} belongs in the table [{table}]." if table else f"{last} belongs at the top, before the first [table]."
    )


def _secret_cure(under: str) -> str:
    match under:
        case "notify.mail.":
            return f"Write it to a file and name that with password_file, or set {MAIL_PASSWORD_VARIABLE}."
        case "notify.webhook.":
            return f"Write it to a file and name that with secret_file, or set {WEBHOOK_SECRET_VARIABLE}."
        case _:
            return "Write it to a file of its own, and name that in the settings of what needs it."


def _closed(path: Path, folder: Path, cure: str) -> str:
    """Return how to keep others from writing what is said of a drop folder, which they may have to write to."""
    if path.resolve().is_relative_to(folder.resolve()) or path.parent.resolve().is_relative_to(folder.resolve()):
        return (
            "Put it where you alone may write, such as beside the settings of the importer, and name it with --config; "
            f"or, if nobody else is to drop files: {cure}"
        )
    return f"If what it says is yours: {cure}"


def _is_folder_name(name: str) -> bool:
    if name != name.strip() or name.startswith(".") or any(one in name for one in "/\\:\0"):
        return False
    return name.casefold() not in FOLDERS and name != ""


def _shown(value: Any) -> str:
    """Return a value as it stands in the file, or nearly so."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _dotted(path: KeyPath) -> str:
    parts = (
        part if re.fullmatch("[A-Za-z0-9_-]+", part) else json.dumps(part, ensure_ascii=False)
        for part in map(str, path)
    )
    return ".".join(
        f'"{part}"' if path[0] == "folder" and at == 1 and part[0] != '"' else part for at, part in enumerate(parts)
    )


def _under(path: KeyPath, usage: str) -> str:
    """Return how to write a key of a folder's table."""
    return f"{_dotted(path)}.{usage}" if path and path[0] == "folder" else usage


def _with_defaults(said: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Any]:
    defaults = {name.removesuffix(f".{EACH}"): {} if EACH in name else key.default for name, key in keys.items()}
    return {**defaults, **said}


def _handling(values: Mapping[str, Any]) -> Handling:
    plain = {key.name.removesuffix(f".{EACH}") for key in PER_FILE} - {"settle.seconds", "trigger.suffixes"}
    given = {name: values[name] for name in plain}
    for name, kind in (("on_change", OnChange), ("on_existing", OnExisting)):
        given[name] = kind(given[name]) if given[name] else None
    given |= {"on_partial": OnPartial(given["on_partial"])}
    return Handling(**given, settle=values["settle.seconds"], triggers=values["trigger.suffixes"])


def _drop(folders: tuple[DropFolder, ...], values: Mapping[str, Any], beside: Path) -> Drop:
    heartbeat = values["heartbeat.file"]
    return Drop(
        folders=folders,
        poll=values["poll"],
        mail=_mail(values, beside),
        webhook=_webhook(values, beside),
        command=_command(values),
        heartbeat_file=beside / heartbeat if heartbeat else None,
        heartbeat_url=values["heartbeat.url"],
        retention=Retention(values["retention.payloads"], values["retention.files"]),
    )


def _section(values: Mapping[str, Any], table: str, needed: str) -> dict[str, Any]:
    """Return the values of a table by their last names; nothing where the table is not there."""
    if values[f"{table}.{needed}"] is None:
        return {}
    return {name.removeprefix(f"{table}."): value for name, value in values.items() if name.startswith(f"{table}.")}


def _mail(values: Mapping[str, Any], beside: Path) -> MailSettings | None:
    given = _section(values, "notify.mail", "host")
    if not given:
        return None
    return MailSettings(
        when=When(given["when"]),
        host=given["host"],
        port=given["port"] or PORTS[given["security"]],
        security=given["security"],
        username=given["username"],
        password_file=beside / given["password_file"] if given["password_file"] else None,
        sender=given["from"],
        recipients=given["to"],
        attach=given["attach"],
        largest_attachment=given["largest_attachment"],
    )


def _webhook(values: Mapping[str, Any], beside: Path) -> WebhookSettings | None:
    given = _section(values, "notify.webhook", "url")
    if not given:
        return None
    secret = beside / given["secret_file"] if given["secret_file"] else None
    return WebhookSettings(When(given["when"]), given["url"], secret, given["timeout"], given["allow_http"])


def _command(values: Mapping[str, Any]) -> CommandSettings | None:
    given = _section(values, "notify.command", "run")
    return CommandSettings(When(given["when"]), given["run"], given["timeout"]) if given else None
