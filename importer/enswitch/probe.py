"""Whether a web server responds at all. Asked without credentials, so that no account can be locked."""

from contextlib import closing

from importer.enswitch.server import Server
from importer.enswitch.transport import Look, Transport


def look(server: Server) -> Look:
    """Request a server's base address, and return what it shows.

    Raises WrongSettings for an address or a certificate that cannot be used, NotReached if there is no connection,
    OutcomeUnknown if there is no response.
    """
    transport = Transport(
        server.base_url,
        connect_timeout=min(server.connect_timeout, server.timeout),
        read_timeout=server.timeout,
        ca_bundle=server.ca_bundle,
    )
    with closing(transport):
        return transport.look()
