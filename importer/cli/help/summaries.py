"""Which commands there are, each in a line: all that the help of the program says of them, and waits for."""

from collections.abc import Mapping

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Start": ("demo", "samples", "template", "show", "doctor", "login", "logout", "help"),
    "Import": ("validate", "names", "numbers", "plan", "apply", "import", "explain"),
    "After": ("runs", "enable", "disable", "settle", "undo", "reconcile", "journal"),
    "Automate": ("drop", "prune"),
    "Migrate": ("profiles",),
    "Try": ("sandbox",),
}
"""The commands in the order of the work, as the program's help lists them."""

SUMMARIES: Mapping[str, str] = {
    "demo": "Watch an import; nothing else is needed",
    "samples": "Write sample files to try things with",
    "template": "Write a workbook to fill in",
    "show": "Show how a file is understood",
    "doctor": "Check settings, server, login and journal",
    "help": "Show the help of a command",
    "validate": "Check files; no server is needed",
    "names": "List people, time groups and the like",
    "numbers": "Check or load lists of telephone numbers",
    "plan": "Check files here and on the server",
    "apply": "Create what a plan lists, or continue a run",
    "import": "Check files, ask, and create the campaigns",
    "explain": "Explain the code of a message, such as E102",
    "runs": "List past runs, or the rows of one",
    "enable": "Switch on the campaigns of a run",
    "disable": "Switch off the campaigns of a run",
    "settle": "Record what happened to a row in doubt",
    "undo": "Delete what a run created, if nobody touched it",
    "reconcile": "Find campaigns that are gone or were edited",
    "journal": "Back up or check the journal",
    "drop": "Import every file put into a folder",
    "prune": "Remove old data",
    "profiles": "Import the exports of old diallers",
    "login": "Keep a password in the system's key store",
    "logout": "Remove a password from the system's key store",
    "sandbox": "Run a stand-in for an Enswitch server",
}
"""What each command is for, in a few words."""
