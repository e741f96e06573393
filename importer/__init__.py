"""Imports outbound-dialling campaigns from spreadsheets into an Enswitch phone system, each exactly once.

`__all__` is what other programs may use; docs/python.md shows how. Each name is imported when it is first used, so that
`import importer` takes no time, nor does starting a process that needs only part of the program.

A row passes through these stages, each a package or module of that name:

    reading    a file becomes a table of strings, indexed by the row numbers of the user's sheet
    checking   headings become parameters, every cell is checked against `schemas`; the result is rows and problems
    staging    these rows are written to the journal
    delivery   the server checks every valid row, then creates it; rows in doubt are looked up on the server
    results    the user gets the table back with what happened to each row

`journal` keeps the state, `enswitch` speaks HTTP, `pipeline` runs the stages in sequence: read that first.
docs/architecture.md has the map.
"""

TYPE_CHECKING = False  # type checkers take it for true, and importing `typing` for it would take most of the time here

if TYPE_CHECKING:
    from importer.enswitch import Server
    from importer.errors import (
        AccessRefused,
        FileRefused,
        ImporterError,
        Interrupted,
        LimitExceeded,
        Locked,
        ResultsLost,
        ServerUnusable,
        StopRun,
        WrongSettings,
        WrongUsage,
    )
    from importer.handing_back import hand_back
    from importer.history import rows_of
    from importer.model import (
        Event,
        ExitCode,
        Observer,
        OnChange,
        OnExisting,
        Outcome,
        Problem,
        RowResult,
        Secret,
        Severity,
        Status,
        __version__,
    )
    from importer.pipeline import apply, compare, import_file, plan, validate
    from importer.report import Report
    from importer.run_options import ImportOptions, Limits, OutputOptions, ReadingOptions, SendOptions
    from importer.session import Session, open_session

__all__ = [
    "AccessRefused",
    "Event",
    "ExitCode",
    "FileRefused",
    "ImportOptions",
    "ImporterError",
    "Interrupted",
    "LimitExceeded",
    "Limits",
    "Locked",
    "Observer",
    "OnChange",
    "OnExisting",
    "Outcome",
    "OutputOptions",
    "Problem",
    "ReadingOptions",
    "Report",
    "ResultsLost",
    "RowResult",
    "Secret",
    "SendOptions",
    "Server",
    "ServerUnusable",
    "Session",
    "Severity",
    "Status",
    "StopRun",
    "WrongSettings",
    "WrongUsage",
    "__version__",
    "apply",
    "compare",
    "hand_back",
    "import_file",
    "open_session",
    "plan",
    "rows_of",
    "validate",
]

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name

    def __getattr__(name):
        """Import a name of the API when it is first used (PEP 562)."""
        for module, names in _NAMES.items():
            if name in names.split():
                from importlib import import_module

                globals()[name] = getattr(import_module(f"importer.{module}"), name)
                return globals()[name]
        raise AttributeError(f"module 'importer' has no attribute '{name}'", name=name)

    def __dir__():
        return sorted({*globals(), *__all__})

    _NAMES = {
        "enswitch": "Server",
        "errors": "AccessRefused FileRefused ImporterError Interrupted LimitExceeded Locked ResultsLost "
        "ServerUnusable StopRun WrongSettings WrongUsage",
        "handing_back": "hand_back",
        "history": "rows_of",
        "model": "Event ExitCode Observer OnChange OnExisting Outcome Problem RowResult Secret Severity Status "
        "__version__",
        "pipeline": "apply compare import_file plan validate",
        "report": "Report",
        "run_options": "ImportOptions Limits OutputOptions ReadingOptions SendOptions",
        "session": "Session open_session",
    }
    # Where each name is defined; the imports above say the same to type checkers.
