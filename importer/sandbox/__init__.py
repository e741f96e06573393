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
- `actions`       the names of all there is to ask
- `parameters`    which values are valid
- `campaigns`     the functions under bulk/campaigns
- `destinations`  the functions under bulk/destinations
- `names`         the lists of what campaigns refer to
- `spelling`      how a server writes the numbers that it is given
- `listing`       which rows a list shows
- `envelope`      answers and their JSON
- `store`         what there is: campaigns, and with them
- `destination_store`, `history`, `database`  their destinations, what became of these, the SQLite file
- `directory`     what campaigns refer to: customers, people, time groups and the like
- `customers`     which of them a call is about
- `dialler`       who is called while a campaign is on
- `log`           the requests and their outcome
- `postponed`     work that must be done later in any case

and is set up by these:

- `accounts`, `modes`, `faults`, `dialler`  the settings; `pairs` reads them from text
- `server`        the configuration, the listening socket, `run`
- `background`    `Sandbox`, a server in a thread
- `__main__`      a server in a process
"""

from importer.sandbox.accounts import DEFAULT_ACCOUNTS, FORBIDDEN_CUSTOMERS, Account
from importer.sandbox.actions import ACTIONS
from importer.sandbox.background import Sandbox
from importer.sandbox.dialler import Dialling
from importer.sandbox.faults import FAULT_NAMES, Faults
from importer.sandbox.history import HistoryEvent
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
    "Dialling",
    "Faults",
    "HistoryEvent",
    "Modes",
    "Sandbox",
    "SeenRequest",
    "run",
]
