"""Which hosts are this machine: what is sent there needs no encryption, and no proxy."""

import ipaddress


def is_this_machine(host: str | None) -> bool:
    """Say whether a host, by its name or its address, is this machine: what is sent there passes no network."""
    name = (host or "").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
