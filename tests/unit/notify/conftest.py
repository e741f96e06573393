"""Servers that notifications go to, and a clock."""

from collections.abc import Iterator

import pytest

from tests.support.clocks import Clock
from tests.support.notifications import PostOffice, Receiver, post_office, receiver


@pytest.fixture
def mail_server() -> Iterator[PostOffice]:
    """A mail server that takes everything, unencrypted."""
    with post_office() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """A webhook's receiver that takes everything."""
    with receiver() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    """A time that is never waited for."""
    return Clock()
