"""Which hosts are this machine: what is sent there needs neither encryption nor a proxy."""

import ipaddress


def is_this_machine(host: str | None) -> bool:
    """Return whether a host name or address is this machine: what is sent there does not cross a network."""
    name = (host or "").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
