"""Which hosts are this machine: everybody who asks gets the same answer."""

from pathlib import Path

import pytest

from importer.drop import load
from importer.enswitch import Server
from importer.errors import WrongSettings
from importer.model import Secret
from importer.notify import Channel, Mail, Webhook, mistakes

HERE = ("127.0.0.1", "127.0.0.2", "127.255.255.254", "localhost", "LOCALHOST", "[::1]")
ELSEWHERE = ("128.0.0.1", "192.0.2.1", "0.0.0.0", "localhost.example.com", "127.0.0.1.example.com", "[2001:db8::1]")
HOSTS = [*((host, True) for host in HERE), *((host, False) for host in ELSEWHERE)]


@pytest.mark.parametrize(("host", "here"), HOSTS)
def test_the_client_sends_a_password_unencrypted_only_to_this_machine(host: str, here: bool) -> None:
    """http needs --allow-http, except to this machine."""
    server = Server(f"http://{host}/api/json/", "admin", Secret("secret"))
    if here:
        assert server.base_url
    else:
        with pytest.raises(WrongSettings, match="unencrypted"):
            _ = server.base_url


@pytest.mark.parametrize(("host", "here"), HOSTS)
def test_a_webhook_and_mail_go_unencrypted_only_to_this_machine(host: str, here: bool) -> None:
    """Notifications go to other machines encrypted, unless that is allowed."""
    mail = Mail(host=host.strip("[]"), sender="a@example.com", recipients=("b@example.com",), security="none")
    for way in (mail, Webhook(url=f"http://{host}/hook")):
        assert bool(mistakes([Channel("one", way)])) is not here


@pytest.mark.parametrize(("host", "here"), HOSTS)
def test_drop_toml_takes_the_same_hosts(tmp_path: Path, host: str, here: bool) -> None:
    """What drop.toml says of mail and a webhook is refused where telling would be."""
    path = tmp_path / "drop.toml"
    path.write_text(
        f'[notify.webhook]\nurl = "http://{host}/hook"\n[notify.mail]\nhost = "{host.strip("[]")}"\n'
        'security = "none"\nusername = "night"\nfrom = "a@example.com"\nto = ["b@example.com"]\n'
    )
    path.chmod(0o600)
    if here:
        load(tmp_path)
    else:
        with pytest.raises(WrongSettings) as caught:
            load(tmp_path)
        assert len(caught.value.message.splitlines()) == 3
