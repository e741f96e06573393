"""A stand-in for the JSON API of an Enswitch server, faults on demand included; it shares no code with others.

It is a second opinion: the tables of parameters, defaults and codes are stated here from the pages of the API
guide and from nowhere else.

A request runs through these modules:

- `wire`          bytes to an HTTP request, a reply to bytes
- `connection`    one client's connection: order, delays, resets
- `service`       what all connections share; the steps of one exchange
- `form`          parameters out of a query string or a form body
- `drawing`       which fault the request meets: script first, then chance
- `effects`       what that fault does and shows
- `api`           paths, credentials, roles, strictness
- `calls`         one call, ready for its function
- `parameters`    what makes a value good
- `campaigns`     the functions under bulk/campaigns
- `destinations`  the functions under bulk/destinations
- `envelope`      answers and their JSON
- `store`         the SQLite database
- `log`           what was asked and what became of it
- `postponed`     work that must be done later, come what may

and is set up by these:

- `accounts`, `modes`, `faults`  the settings; `pairs` reads them from text
- `server`        the configuration, the listening socket, `run`
- `background`    `Sandbox`, a server in a thread
- `__main__`      a server in a process
"""

from importer.sandbox.accounts import DEFAULT_ACCOUNTS, FORBIDDEN_CUSTOMERS, Account
from importer.sandbox.background import Sandbox
from importer.sandbox.faults import ACTIONS, FAULT_NAMES, Faults
from importer.sandbox.log import SeenRequest
from importer.sandbox.modes import Modes
from importer.sandbox.server import Config, run

__all__ = [
    "ACTIONS",
    "DEFAULT_ACCOUNTS",
    "FAULT_NAMES",
    "FORBIDDEN_CUSTOMERS",
    "Account",
    "Config",
    "Faults",
    "Modes",
    "Sandbox",
    "SeenRequest",
    "run",
]
