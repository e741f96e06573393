"""The client of the Enswitch API. It sees campaigns as parameters, and knows nothing about rows and journals.

client.py               the functions of bulk/campaigns, repeated only where that is safe
lists.py                the lists of customers, people, time groups and the like
destinations.py         the functions of bulk/destinations
server.py               the server's address, the account and the time-outs
form.py                 the parameters of a request as a form
envelope.py             the bytes of a response become a success or one error
transport.py            a request and its response, and whether the request can have left
direct_adapter.py       one kept connection to the server, without the layers of the libraries
proxy_adapter.py        requests through a proxy, as the libraries send them
plain_response.py       responses as nearly all servers send them
connections.py          connections that record what was sent, responses within a time limit
request_record.py       that record
connection_failures.py  failures of the HTTP libraries become our own errors
probe.py                whether a web server responds at all, without credentials
rate_limiter.py         when the next request may be sent
circuit_breaker.py      stops the run if the server keeps failing
worker_pool.py          several workers, each with its own client
refused_passwords.py    a refused password is not tried again for an hour
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.enswitch.circuit_breaker import CircuitBreaker
    from importer.enswitch.client import Client, Created, Fields
    from importer.enswitch.destinations import Destinations, ListedNumber, Put
    from importer.enswitch.lists import entries, may_continue, pages
    from importer.enswitch.probe import look
    from importer.enswitch.rate_limiter import RateLimiter, Sleep
    from importer.enswitch.refused_passwords import Refusals
    from importer.enswitch.server import RetryPolicy, Server, shown_address
    from importer.enswitch.worker_pool import WorkerPool

__all__ = [
    "CircuitBreaker",
    "Client",
    "Created",
    "Destinations",
    "Fields",
    "ListedNumber",
    "Put",
    "RateLimiter",
    "Refusals",
    "RetryPolicy",
    "Server",
    "Sleep",
    "WorkerPool",
    "entries",
    "look",
    "may_continue",
    "pages",
    "shown_address",
]

LIGHTEST_FIRST = (
    "server",
    "rate_limiter",
    "circuit_breaker",
    "refused_passwords",
    "client",
    "destinations",
    "lists",
    "probe",
    "worker_pool",
)

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
