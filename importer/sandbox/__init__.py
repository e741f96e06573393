"""A stand-in for the JSON API of an Enswitch server, with faults on demand; it shares no code with other packages.

It is a second opinion: its tables of parameters, defaults and codes come from the pages of the API
guide alone.

A request runs through these modules:

- `wire`          bytes to an HTTP request, a reply to bytes
- `connection`    one client's connection: order, delays, resets
- `service`       what all connections share; the steps of one exchange
- `form`          parameters out of a query string or a form body
- `drawing`       which fault the request meets: script first, then chance
- `effects`       what that fault does and shows
- `api`           paths, credentials, roles, strictness
- `calls`         one call, ready for its function
- `parameters`    which values are valid
- `campaigns`     the functions under bulk/campaigns
- `destinations`  the functions under bulk/destinations
- `envelope`      answers and their JSON
- `store`         the SQLite database
- `log`           the requests and their outcome
- `postponed`     work that must be done later in any case

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
