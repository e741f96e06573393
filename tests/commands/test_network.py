"""How requests travel: encryption, certificates, proxies, and what of the environment counts."""

import shutil
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from importer.cli.values.settings import of_the_user
from importer.sandbox import Sandbox
from tests.support.notifications import make_certificate
from tests.support.program import Program
from tests.support.servers import Listener

Table = Callable[..., Path]

UNAUTHORISED = b'{"responses":[{"code":"401","key":"","message":"no"}]}'


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were to be resolved; none ever is."""
    asked: list[str] = []

    def unknown(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    return asked


def users_file() -> Path:
    """Return where the user's own settings file is, in a folder that is there."""
    found = of_the_user()
    found.parent.mkdir(parents=True)
    return found


class TestPlainHttp:
    """The password does not travel unencrypted by accident."""

    @pytest.mark.parametrize("host", ["pbx.example.com", "192.0.2.1", "localhost.example.com", "127.0.0.1.example.com"])
    def test_is_refused(self, program: Program, table: Table, lookups: list[str], host: str) -> None:
        """http to any other host than this one is refused before a name is resolved or a packet sent."""
        told = program("import", table(), "--yes", "--url", f"http://{host}/api/json/")
        assert told.exit_code == 6
        assert "would send the password unencrypted. Use https, or --allow-http if the network is safe." in told.stderr
        assert lookups == []

    @pytest.mark.parametrize("way", ["flag", "variable", "file"])
    def test_is_allowed_on_request(
        self, program: Program, table: Table, here: Path, lookups: list[str], no_waiting: list[float], way: str
    ) -> None:
        """--allow-http, however it is said, lets it through."""
        if way == "file":
            users_file().write_text("allow-http = true\n")
        told = program(
            "plan",
            table(),
            *(["--allow-http"] if way == "flag" else []),
            "--url",
            "http://pbx.example.com/api/json/",
            env={"CAMPAIGN_IMPORTER_ALLOW_HTTP": "1"} if way == "variable" else {},
        )
        assert told.exit_code == 7
        assert set(lookups) == {"pbx.example.com"}

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
    def test_is_fine_on_this_machine(self, program: Program, sandbox: Sandbox, table: Table, host: str) -> None:
        """Loopback needs no encryption."""
        told = program("plan", table(), "--url", f"http://{host}:{sandbox.port}/api/json/")
        assert told.exit_code == 0


class TestEnvironment:
    """What other programs' settings do, and do not."""

    @pytest.mark.parametrize("where", ["home", "variable"])
    def test_netrc_changes_no_request(
        self,
        program: Program,
        table: Table,
        listener: Listener,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        where: str,
    ) -> None:
        """A ~/.netrc for the host adds no header: the request is the same with and without it."""
        listener.answer = lambda _: UNAUTHORISED
        program("plan", table(), "--url", listener.url)
        netrc = tmp_path / "home" / (".netrc" if where == "home" else "elsewhere")
        netrc.write_text("machine 127.0.0.1 login someone password else\ndefault login someone password else\n")
        netrc.chmod(0o600)
        if where == "variable":
            monkeypatch.setenv("NETRC", str(netrc))
        # Another journal, because with the same one a refused password is not tried again.
        program("plan", table(), "--url", listener.url, "--journal", tmp_path / "other.sqlite3")
        without, with_netrc = listener.requests
        assert without == with_netrc
        assert "Authorization" not in without.headers

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
    def test_no_proxy_for_this_machine(
        self,
        program: Program,
        sandbox: Sandbox,
        table: Table,
        listener: Listener,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
    ) -> None:
        """A proxy of the environment is not used for loopback."""
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener.port}")
        assert program("plan", table()).exit_code == 0
        assert (len(sandbox.requests), listener.requests) == (2, [])

    def test_a_proxy_for_other_hosts(
        self, program: Program, table: Table, listener: Listener, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """For any other host the environment's proxy is used, as people with proxies expect."""
        listener.answer = lambda _: UNAUTHORISED
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{listener.port}")
        told = program("plan", table(), "--allow-http", "--url", "http://pbx.example.com/api/json/")
        assert told.exit_code == 6
        assert [request.line for request in listener.requests] == [
            "POST http://pbx.example.com/api/json/bulk/campaigns/create/ HTTP/1.1"
        ]

    def test_no_proxy_holds(
        self,
        program: Program,
        table: Table,
        listener: Listener,
        lookups: list[str],
        no_waiting: list[float],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """NO_PROXY keeps the proxy out of it."""
        monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.com:3128")
        monkeypatch.setenv("NO_PROXY", "pbx.example.com")
        program("plan", table(), "--allow-http", "--url", "http://pbx.example.com/api/json/")
        assert set(lookups) == {"pbx.example.com"}

    def test_what_a_request_looks_like(self, program: Program, table: Table, listener: Listener) -> None:
        """One POST of a UTF-8 form, with the length and without compression or cookies."""
        listener.answer = lambda _: UNAUTHORISED
        program("plan", table("c.csv", ("name", "dtype", "dnumber"), ("ä &;=%+", "queue", "+1")), "--url", listener.url)
        (request,) = listener.requests
        assert request.line == "POST /api/json/bulk/campaigns/create/ HTTP/1.1"
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"
        assert request.headers["Content-Length"] == str(len(request.body))
        assert not {"Authorization", "Cookie"} & request.headers.keys()
        assert request.body == (
            b"auth_username=admin&auth_password=secret&name=%C3%A4+%26%3B%3D%25%2B&dtype=queue&dnumber=%2B1&validation=1"
        )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that no authority has signed, and its key, in one file."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@contextmanager
def encrypted(port: int, certificate: Path) -> Iterator[int]:
    """Put TLS before a port of this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            with closing(plain):
                try:
                    client = context.wrap_socket(plain, server_side=True)
                except OSError:
                    continue
            with closing(client), closing(socket.create_connection(("127.0.0.1", port))) as server:
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join(1)

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(2)


class TestCertificates:
    """TLS is verified."""

    def test_an_unknown_certificate_is_refused(
        self, program: Program, sandbox: Sandbox, table: Table, certificate: Path
    ) -> None:
        """A server with a certificate of its own making is refused at once, with the way out; nothing is sent."""
        with encrypted(sandbox.port, certificate) as port:
            told = program("import", table(), "--yes", "--url", f"https://127.0.0.1:{port}/api/json/")
        assert told.exit_code == 6
        assert "The certificate of 127.0.0.1 cannot be verified (self-signed certificate)." in told.stderr
        assert "--ca-bundle FILE" in told.stderr
        assert sandbox.requests == []

    @pytest.mark.parametrize("way", ["flag", "file", "requests"])
    def test_a_certificate_that_is_named_is_accepted(
        self, program: Program, sandbox: Sandbox, table: Table, here: Path, certificate: Path, way: str
    ) -> None:
        """With --ca-bundle, from anywhere, or with REQUESTS_CA_BUNDLE, the import works."""
        if way == "file":
            own = users_file()
            shutil.copy(certificate.with_name("certificate.pem"), own.with_name("own.pem"))
            own.write_text('ca-bundle = "own.pem"\n')
        with encrypted(sandbox.port, certificate) as port:
            told = program(
                "import",
                table(),
                "--yes",
                "--json",
                *("--workers", "1", "--url", f"https://127.0.0.1:{port}/api/json/"),
                *(["--ca-bundle", certificate] if way == "flag" else []),
                env={"REQUESTS_CA_BUNDLE": str(certificate)} if way == "requests" else {},
            )
        assert (told.exit_code, told.counts) == (0, {"created": 1}), told.stderr

    def test_a_certificate_of_another_name_is_refused(
        self, program: Program, sandbox: Sandbox, table: Table, certificate: Path
    ) -> None:
        """A certificate that is trusted but made out to another name does not do."""
        with encrypted(sandbox.port, certificate) as port:
            url = f"https://localhost:{port}/api/json/"
            told = program("import", table(), "--yes", "--ca-bundle", certificate, "--url", url)
        assert told.exit_code == 6
        assert "The certificate of localhost cannot be verified (Hostname mismatch" in told.stderr
        assert sandbox.requests == []

    def test_a_bundle_that_is_not_there(self, program: Program, sandbox: Sandbox, table: Table) -> None:
        """A missing --ca-bundle is a sentence and exit code 6."""
        told = program("plan", table(), "--ca-bundle", "missing.pem")
        assert told.exit_code == 6
        assert "--ca-bundle missing.pem: there is no such file." in told.stderr
        assert sandbox.requests == []

    def test_a_bundle_that_is_no_certificate(
        self, program: Program, sandbox: Sandbox, table: Table, here: Path, no_waiting: list[float]
    ) -> None:
        """A --ca-bundle that holds no certificate is a sentence."""
        (here / "own.pem").write_text("nothing\n")
        told = program("plan", table(), "--ca-bundle", here / "own.pem", "--url", "https://127.0.0.1:9/api/json/")
        assert told.exit_code in (6, 7)
        assert told.stderr.count("Error: ") == 1
