"""The command that looks after a drop folder: once, or for as long as it is left running."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from importer.cli import options, resolve, settings
from importer.cli.app import command
from importer.cli.option_types import PATH, Values
from importer.cli.output import put, watching
from importer.errors import AccessRefused, Interrupted, Locked, StopRun, WrongSettings, WrongUsage
from importer.model import ExitCode
from importer.security import is_text
from importer.shutdown import gently
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from importer.cli.screen import Screen
    from importer.drop import Drop, DropFolder, FolderContext, Poller, PollResult
    from importer.enswitch import Server
    from importer.model import Observer
    from importer.notify import Channel, Outbox
    from importer.shutdown import Stop

AFTER_TROUBLE = 60.0
"""Seconds that are waited at least after a pass that a server has ended."""

SETTINGS = click.option(
    "--settings",
    "config",
    envvar=settings.variable("config"),
    type=PATH,
    metavar="FILE",
    help="Read settings from this file alone.",
)


@command(
    click.argument("folder", type=click.Path(path_type=Path), metavar="DIR"),
    click.option("--watch", is_flag=True, help="Stay, and handle files as they come."),
    click.option(
        "--config", "drop_file", type=PATH, metavar="FILE", help="What is to be done. [default: DIR/drop.toml]"
    ),
    options.READING,
    options.MAKING,
    options.SERVER,
    options.SENDING,
    options.CANARY,
    options.LOG,
    config=SETTINGS,
)
def drop(context: click.Context, screen: "Screen", values: Values, folder: Path) -> ExitCode:
    """Import all files of a folder, and put each away with its results; DIR/drop.toml says how."""
    from importer.drop import Poller, load
    from importer.notify import Outbox
    from importer.shutdown import Stop

    if not os.path.isdir(folder):  # noqa: PTH112 -- Path.is_dir raises where a folder above may not be entered
        raise WrongUsage(f"There is no folder {folder}. Make it, or name another.", ProblemCode.NO_FILE)
    if not is_text(str(folder.absolute())):
        raise WrongUsage(f"The name of the folder {folder} is not text in UTF-8. Rename it.", ProblemCode.ENCODING)
    if values["watch"] and values["json"]:
        message = "--json tells of one pass, and --watch has no end. Use --log, or a webhook in drop.toml."
        raise WrongUsage(message, ProblemCode.CLASH)
    settled = load(folder.absolute(), values["drop_file"], settings.servers(values["config"]))
    stop = Stop(screen.cry)
    outbox = Outbox(_beside(resolve.journal(values), "outbox"), sleep=stop.sleep)
    with watching(screen, values) as observer:
        places = _workplaces(context, settled, observer, stop)
        after = _after(settled, outbox, resolve.journal(values), screen)
        night = Poller(settled, places, outbox, resolve.journal(values), say=screen.say, insist=screen.insist)
        again = screen.to_type("drop", folder)
        with gently(stop):
            if values["watch"]:
                return _stay(night, settled, after, stop, lambda counts: screen.insist(_ended(counts, again)))
            passed = night.once(stop.sleep)
            after(passed)
            if stop.signalled:
                screen.insist(_ended(passed.counts, again))
    put(values, _document(passed))
    return passed.exit_code


def _ended(counts: Mapping[str, int], again: str) -> str:
    """Say what was done until we were asked to end, and how to go on."""
    done = ", ".join(f"{number} {place}" for place, number in sorted(counts.items())) or "none"
    return f"Stopped on request. Files handled: {done}. Next: {again}  goes on."


def _stay(
    night: "Poller",
    settled: "Drop",
    after: Callable[["PollResult"], None],
    stop: "Stop",
    ended: Callable[[Mapping[str, int]], None],
) -> ExitCode:
    """Look after the folder until we are told to end, which `ended` tells, or until the credentials are refused."""
    counts: Counter[str] = Counter()
    with _woken(settled) as woken:
        stop.wake(woken)
        while True:
            woken.clear()
            passed = night.look()
            after(passed)
            counts.update(passed.counts)
            if stop.signalled:
                ended(counts)
                return stop.exit_code
            stopped = [one.report.stopped for one in passed.filed if one.report and one.report.stopped]
            if any(isinstance(error, AccessRefused) for error in (*stopped, *passed.troubles)):
                # Trying again and again with a wrong password locks an account.
                return passed.exit_code
            if stopped or passed.troubles:
                stop.rest(AFTER_TROUBLE)
            else:
                woken.wait(min(settled.poll, passed.next_look or settled.poll))


@contextmanager
def _woken(settled: "Drop") -> Iterator[threading.Event]:
    """Yield what is set when something changes in a folder; where the system cannot tell, only the clock wakes."""
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    woken = threading.Event()

    class Handler(FileSystemEventHandler):
        def on_any_event(self, _event: FileSystemEvent) -> None:
            woken.set()

    observer = Observer()
    try:
        for one in settled.folders:
            observer.schedule(Handler(), str(one.path))
        observer.start()
    except OSError:
        yield woken
        return
    try:
        yield woken
    finally:
        observer.stop()
        observer.join()


def _workplaces(
    context: click.Context, settled: "Drop", observer: "Observer", stop: "Stop"
) -> dict[str, "FolderContext"]:
    """Return what the files of each folder are worked on with: the options, and over them what drop.toml says."""
    from importer.drop import FolderContext
    from importer.session import open_session

    servers: dict[str | None, Server] = {}
    password = os.environ.get(settings.PASSWORD_VARIABLE)
    places = {}
    for folder in settled.folders:
        name = folder.handling.server
        values = {**resolve.resolve_options(context, name), **_said(folder)}
        if name not in servers:
            # A password is taken out of the environment when it is read, and may be that of several servers.
            if password is not None:
                os.environ[settings.PASSWORD_VARIABLE] = password
            servers[name] = resolve.server(context, values)
        session = partial(
            open_session,
            servers[name],
            resolve.journal(values),
            resolve.send_options(values),
            observer,
            "drop",
            stop,
        )
        places[folder.name] = FolderContext(session, resolve.import_options(values))
    return places


def _said(folder: "DropFolder") -> dict[str, Any]:
    """Return what drop.toml says about a folder, as values of options."""
    said = {name: value for name, value in asdict(folder.handling).items() if value is not None}
    pairs = {
        name: tuple(f"{key}={value}" for key, value in said[name].items())
        for name in ("default", "column")
        if said[name]
    }
    taken = ("patterns", "on_partial", "report", "settle", "triggers", "server", "default", "column")
    return {name: value for name, value in said.items() if name not in taken} | pairs


def _after(settled: "Drop", outbox: "Outbox", journal: Path, screen: "Screen") -> Callable[["PollResult"], None]:
    """Return what follows each pass: telling people, a sign of life, removing what is too old."""
    from importer.notify import Address, Heartbeat, heartbeat, mistakes

    channels = _channels(settled)
    if wrong := mistakes(channels):
        raise WrongSettings("Nobody can be told in these ways:\n  " + "\n  ".join(wrong), ProblemCode.SETTINGS_FILE)
    signs = [settled.heartbeat_file, Address(settled.heartbeat_url) if settled.heartbeat_url else None]

    def after(passed: "PollResult") -> None:
        now = datetime.now().astimezone()
        beat = Heartbeat(now, passed.exit_code, passed.counts)
        told: list[str | None] = []
        # Asked to end, it leaves what is still to be told to the next pass.
        with suppress(Interrupted):
            told += outbox.deliver(channels)
        told += (heartbeat(sign, beat) for sign in signs if sign is not None)
        for message in filter(None, told):
            screen.insist(message)
        try:
            _forget(settled, journal, screen, now)
        except Locked as error:
            screen.say(error.message)
        except (OSError, StopRun) as error:
            screen.insist(f"What is old cannot be removed now: {error}")

    return after


def _forget(settled: "Drop", journal: Path, screen: "Screen", now: datetime) -> None:
    """Remove from the journal and from the folder what is too old."""
    from importer import history
    from importer.drop import old_files, remove_files

    if settled.retention.payloads is not None:
        for run in history.prune(journal, now - settled.retention.payloads):
            screen.say(f"The contents of run {run.id} are removed from the journal.")
    if settled.retention.files is not None:
        old = old_files(settled.folders[0].path, now - settled.retention.files)
        remove_files(old)
        for file in old:
            screen.say(f"{file} is removed.")


def _channels(settled: "Drop") -> list["Channel"]:
    """Return the ways in which people are told. Raises WrongSettings for a secret that cannot be read."""
    from importer.drop import MAIL_PASSWORD_VARIABLE, WEBHOOK_SECRET_VARIABLE
    from importer.notify import Channel, Command, Mail, Webhook

    channels = []
    if (mail := settled.mail) is not None:
        way: Mail | Webhook | Command = Mail(
            mail.host,
            mail.sender,
            mail.recipients,
            mail.port,
            mail.security,  # type: ignore[arg-type]  # checked by its key
            mail.username or "",
            settings.secret(mail.password_file, MAIL_PASSWORD_VARIABLE),
            largest_attachment=mail.largest_attachment if mail.attach else 0,
        )
        channels.append(Channel("mail", way, mail.when.value))
    if (hook := settled.webhook) is not None:
        secret = settings.secret(hook.secret_file, WEBHOOK_SECRET_VARIABLE)
        way = Webhook(hook.url, secret, hook.timeout, hook.allow_http)
        channels.append(Channel("webhook", way, hook.when.value))
    if (program := settled.command) is not None:
        channels.append(Channel("command", Command(program.run, program.timeout), program.when.value))
    return channels


def _document(passed: "PollResult") -> dict[str, object]:
    from importer.drop import shown

    return {
        "files": [{"path": shown(one.path), **one.document} for one in passed.filed],
        "troubles": [{"message": one.message, "code": one.problem_code} for one in passed.troubles],
        "exit_code": int(passed.exit_code),
    }


def _beside(journal: Path, ending: str) -> Path:
    return journal.with_name(f"{journal.name}.{ending}")
