"""`drop`: process a folder, once or as long as the command is running."""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer as FileSystemObserver

from importer.cli.after_pass import AfterPass, channels
from importer.cli.numbers.dropped import numbers_work, refuse_without_form
from importer.cli.options.variables import PASSWORD_VARIABLE
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.watching import watching
from importer.cli.server import connecting
from importer.cli.values import import_options, merging, resolve, settings
from importer.cli.values.number_choices import split_options
from importer.cli.values.numbers import KeepingValues, ListValues
from importer.cli.values.reading import MakingValues
from importer.cli.values.server import LimitValues, ServerValues
from importer.documents import scrub_document
from importer.drop import (
    Drop,
    DropFolder,
    FolderContext,
    Poller,
    PollResult,
    Scrubber,
    load,
    shown,
)
from importer.enswitch import Server
from importer.errors import AccessRefused, WrongSettings, WrongUsage
from importer.files import similar_name
from importer.model import ExitCode, Observer
from importer.notify import Outbox
from importer.numbers import BY_TIMEZONE
from importer.reading import tables_of
from importer.run_options import Limits
from importer.security import is_text
from importer.session import open_session
from importer.shutdown import Stop, gently
from schemas.problem_codes import ProblemCode

AFTER_TROUBLE = 60.0
"""The minimum wait in seconds after a pass that was ended by a server."""


@dataclass(frozen=True, kw_only=True)
class DropValues(MakingValues, ListValues, KeepingValues, ServerValues, LimitValues):
    """What `drop` takes; `config` is the file that --settings names, `drop_file` the one of --config."""

    folder: Path
    watch: bool
    drop_file: Path | None
    all_sheets: bool
    canary: int


def run(values: DropValues, screen: Screen) -> ExitCode:
    """Process the files of the folder, and notify people."""
    folder = values.folder
    _refuse_what_cannot_be(values)
    settled = load(folder.absolute(), values.drop_file, settings.servers(values.config))
    journal, stop = resolve.journal(values.journal), Stop(screen.cry)
    outbox = Outbox(_beside(journal, "outbox"), sleep=stop.sleep)
    with watching(screen, values) as observer:
        places = _workplaces(settled, observer, stop)
        after = AfterPass(settled, channels(settled), outbox, journal, screen, values.keep_numbers)
        poller = Poller(settled, places, outbox, journal, say=screen.say, insist=screen.insist)
        scrubber = Scrubber(settled, places, outbox, journal, say=screen.say, insist=screen.insist)
        again = screen.to_type("drop", folder)
        with gently(stop):
            if values.watch:
                look = partial(_look, poller, scrubber)
                return _stay(look, settled, after, stop, lambda counts: screen.insist(_ended(counts, again)))
            passed = scrubber.after(poller.once(stop.sleep))
            after(passed)
            if stop.signalled:
                screen.insist(_ended(passed.counts, again))
    put(values, _document(passed))
    return passed.exit_code


def _refuse_what_cannot_be(values: DropValues) -> None:
    """Raise WrongUsage for a folder that cannot be processed, and for options that do not go together."""
    folder = values.folder
    if not os.path.isdir(folder):  # noqa: PTH112 -- Path.is_dir raises where a folder above may not be entered
        message = f"There is no folder {folder}.{similar_name(folder) or ' Create it, or name another.'}"
        raise WrongUsage(message, ProblemCode.NO_FILE)
    if not is_text(str(folder.absolute())):
        raise WrongUsage(f"The name of the folder {folder} is not text in UTF-8. Rename it.", ProblemCode.ENCODING)
    if values.watch and values.json:
        message = "--json reports a single pass, but --watch never ends. Use --log, or a webhook in drop.toml."
        raise WrongUsage(message, ProblemCode.CLASH)


def _ended(counts: Mapping[str, int], again: str) -> str:
    """Return what was done until the request to end, and how to continue."""
    done = ", ".join(f"{number} {place}" for place, number in sorted(counts.items())) or "none"
    return f"Stopped on request. Files handled: {done}. To continue: {again}"


def _look(poller: Poller, scrubber: Scrubber) -> PollResult:
    return scrubber.after(poller.look())


def _stay(
    look: Callable[[], PollResult],
    settled: Drop,
    after: Callable[[PollResult], None],
    stop: Stop,
    ended: Callable[[Mapping[str, int]], None],
) -> ExitCode:
    """Process the folder until `ended` is set, or until the credentials are refused."""
    counts: Counter[str] = Counter()
    with _woken(settled) as woken:
        stop.wake(woken)
        while True:
            woken.clear()
            passed = look()
            after(passed)
            counts.update(passed.counts)
            if stop.signalled:
                ended(counts)
                return stop.exit_code
            stopped = [one.stopped for one in passed.filed if one.stopped]
            if any(isinstance(error, AccessRefused) for error in (*stopped, *passed.troubles)):
                # Trying again and again with a wrong password locks an account.
                return passed.exit_code
            if stopped or passed.troubles:
                stop.rest(AFTER_TROUBLE)
            else:
                woken.wait(min(settled.poll, passed.next_look or settled.poll))


@contextmanager
def _woken(settled: Drop) -> Iterator[threading.Event]:
    """Yield an event that is set when a folder changes; if the system does not report changes, only time passes."""
    woken = threading.Event()

    class Handler(FileSystemEventHandler):
        def on_any_event(self, _event: FileSystemEvent) -> None:
            woken.set()

    observer = FileSystemObserver()
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


def _workplaces(settled: Drop, observer: Observer, stop: Stop) -> dict[str, FolderContext]:
    """Return the options for the files of each folder; drop.toml overrides the command's own options."""
    context = click.get_current_context()
    servers: dict[str | None, Server] = {}
    password = os.environ.get(PASSWORD_VARIABLE)
    places, unlimited = {}, []
    for folder in settled.folders:
        name = folder.handling.server
        general = resolve.resolve_options(context, name).into(DropValues)
        values = replace(general, **_said(folder, general))
        if name not in servers:
            # A password is taken out of the environment when it is read, and may be that of several servers.
            if password is not None:
                os.environ[PASSWORD_VARIABLE] = password
            servers[name] = connecting.server(values)
        limits = connecting.limits(values)
        if limits == Limits():
            unlimited.append(folder.path)
        session = partial(
            open_session,
            servers[name],
            resolve.journal(values.journal),
            connecting.send_options(values, values.canary, limits),
            observer,
            "drop",
            stop,
        )
        several = values.all_sheets or len(values.sheet) > 1
        options = import_options.with_own_numbers(import_options.making_options(values), several=several)
        options = replace(options, split=BY_TIMEZONE if split_options(values) else "")
        _refuse_sheets_of_export(values)
        refuse_without_form(folder, values)
        _refuse_scrub_without_list(settled, values)
        places[folder.name] = FolderContext(
            servers[name],
            session,
            tables_of(values.sheet, options, every=values.all_sheets),
            partial(numbers_work, folder, values, options),
        )
    if unlimited:
        observer.note(_without_limits(unlimited, settled))
    return places


def _without_limits(unlimited: Sequence[Path], settled: Drop) -> str:
    """Return the warning about folders whose files may start any number of calls."""
    which = f" for {', '.join(map(str, unlimited))}" if len(unlimited) < len(settled.folders) else ""
    return (
        f"No limit is set{which}, so a wrong file could start any number of calls. Set max_new, max_dialling or "
        "max_calls in drop.toml."
    )


def _refuse_sheets_of_export(values: DropValues) -> None:
    """Raise WrongUsage if several sheets are to be read, and the profile of an old dialler is set as well."""
    if values.profile and (values.all_sheets or len(values.sheet) > 1):
        message = (
            f"The profile {values.profile} is set, and so are several sheets (sheet, all_sheets): the export of an old "
            "dialler is always read as a whole. Remove one of them."
        )
        raise WrongUsage(message, ProblemCode.CLASH)


def _refuse_scrub_without_list(settled: Drop, values: DropValues) -> None:
    """Raise WrongSettings if numbers are to be compared again, and there is no list to compare them with."""
    if settled.scrub is not None and not values.dnc:
        message = "drop.toml has [scrub], but no do-not-call list is set. Name the lists with dnc, or remove [scrub]."
        raise WrongSettings(message, ProblemCode.SETTINGS_FILE)


AS_OPTIONS = (
    "encoding",
    "delimiter",
    "header_row",
    "no_header",
    "skip_hidden",
    "workers",
    "rate",
    "disabled",
    "require_timegroup",
    "marker",
    "canary",
    "max_new",
    "max_dialling",
    "max_calls",
    "on_change",
    "on_existing",
    "country",
    "number_format",
    "number_columns",
    "column_use",
    "all_numbers",
    "status_column",
    "duplicates",
    "not_again",
    "split",
    "ambiguous_zone",
)
"""What drop.toml says about a folder as an option of the same name would."""


def _said(folder: DropFolder, general: DropValues) -> dict[str, Any]:
    """Return what drop.toml says about a folder, as values of options, with what the command's own add to it."""
    handling = folder.handling
    said = {name: value for name in AS_OPTIONS if (value := getattr(handling, name)) is not None}
    if handling.sheet is not None or handling.all_sheets is not None:
        said |= {"sheet": handling.sheet or (), "all_sheets": bool(handling.all_sheets)}
    if handling.dnc:
        lists = merging.merged("dnc", [general.dnc, handling.dnc])
        said["dnc"] = tuple(text for layer in lists for text in layer)
    for name in ("default", "column", "headings", "timezones"):
        if pairs := getattr(handling, name):
            own = [f"{key}={value}" for key, value in pairs.items()]
            layers = merging.merged(name, [getattr(general, name), own]) if name in merging.KEYS else [own]
            said[name] = tuple(text for layer in layers for text in layer)
    return said


def _document(passed: PollResult) -> dict[str, object]:
    return {
        "files": [{"path": shown(one.path), **one.document} for one in passed.filed],
        "scrubs": list(map(scrub_document, passed.scrubs)),
        "troubles": [{"message": one.message, "code": one.problem_code} for one in passed.troubles],
        "exit_code": int(passed.exit_code),
    }


def _beside(journal: Path, ending: str) -> Path:
    return journal.with_name(f"{journal.name}.{ending}")
