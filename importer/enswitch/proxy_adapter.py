"""Requests through a proxy: those of the libraries, over connections that keep the record."""

from functools import partial
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from importer.enswitch.connections import RecordedHTTPConnection, RecordedHTTPSConnection
from importer.enswitch.request_record import RequestRecord


class _RecordedHTTPPool(HTTPConnectionPool):
    ConnectionCls = RecordedHTTPConnection


class _RecordedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = RecordedHTTPSConnection


class ProxyAdapter(HTTPAdapter):
    """Talks to one host only, so it looks up its connection pool once instead of for every request.

    Its connections keep the record of the request in progress.
    """

    def __init__(self, record: RequestRecord) -> None:
        self._pool: Any = None
        pools = {"http": _RecordedHTTPPool, "https": _RecordedHTTPSPool}
        self._pools: dict[str, Any] = {scheme: partial(pool, record=record) for scheme, pool in pools.items()}
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pool of connections to the host."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Prepare connections to the server itself: whatever is decided about proxies, every connection is recorded."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> urllib3.ProxyManager:
        """Return the manager of the connections through a proxy."""
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager
