"""Is a web server there at all? Asked without credentials, so that nothing can be refused and no account be locked."""

from contextlib import closing

from importer.enswitch.server import Server
from importer.enswitch.transport import Look, Transport


def look(server: Server) -> Look:
    """Ask a server for its base address, and return what can be seen of it.

    Raises WrongSettings for an address or a certificate that cannot be used, NotReached where no connection is made,
    OutcomeUnknown where no answer comes.
    """
    transport = Transport(
        server.base_url,
        connect_timeout=min(server.connect_timeout, server.timeout),
        read_timeout=server.timeout,
        ca_bundle=server.ca_bundle,
    )
    with closing(transport):
        return transport.look()
