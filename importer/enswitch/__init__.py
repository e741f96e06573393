"""The client of the Enswitch API. It knows campaigns as parameters, and nothing of rows and journals.

client.py               the functions of bulk/campaigns, with retries by proof
server.py               where requests go and as whom
envelope.py             bytes become a success or one error
transport.py            one keep-alive connection, which knows what has left this machine
connection_failures.py  failures of the HTTP libraries as errors of ours
probe.py                is a web server there at all, asked without credentials
rate_limiter.py         when the next request may leave
circuit_breaker.py      when the server fails again and again, going on does harm
worker_pool.py          several workers, each with a client of its own
refused_passwords.py    what a server has refused is not tried again for an hour
"""

from importer.enswitch.circuit_breaker import CircuitBreaker
from importer.enswitch.client import Client, Created, Fields
from importer.enswitch.probe import look
from importer.enswitch.rate_limiter import RateLimiter, Sleep
from importer.enswitch.refused_passwords import Refusals
from importer.enswitch.server import RetryPolicy, Server
from importer.enswitch.worker_pool import WorkerPool

__all__ = [
    "CircuitBreaker",
    "Client",
    "Created",
    "Fields",
    "RateLimiter",
    "Refusals",
    "RetryPolicy",
    "Server",
    "Sleep",
    "WorkerPool",
    "look",
]
