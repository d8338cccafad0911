"""Where messages may go, and where nobody can send them."""

import socket
from ipaddress import ip_address

import pytest
from pytest_django import Settings

from trial.messenger.address import NotAllowed, Target, is_public, read, resolve
from trial.refusals import Refusal


@pytest.fixture(autouse=True)
def hosts(settings: Settings) -> None:
    settings.DEBUG = False
    settings.WEBHOOK_HOSTS = ["hooks.example.org", "intra.example.org:8443"]
    settings.WEBHOOK_PRIVATE_HOSTS = ["intra.example.org:8443"]


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://hooks.example.org", Target("https", "hooks.example.org", 443, "/")),
        ("https://HOOKS.example.org:443/a/b", Target("https", "hooks.example.org", 443, "/a/b")),
        ("https://intra.example.org:8443/a", Target("https", "intra.example.org", 8443, "/a")),
    ],
)
def test_an_allowed_host_is_read(address: str, target: Target) -> None:
    assert read(address) == target


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hooks.example.org",
        "//hooks.example.org/a",
        "http://hooks.example.org/a",
        "ftp://hooks.example.org/a",
        "file:///etc/passwd",
        "https://hooks.example.org:8443/a",
        "https://intra.example.org/a",
        "https://other.example.org/a",
        "https://hooks.example.org.evil.org/a",
        "https://evil.org/hooks.example.org",
        "https://hooks.example.org@evil.org/a",
        "https://user:word@hooks.example.org/a",
        "https://hooks.example.org/a?key=1",
        "https://hooks.example.org/a#b",
        "https://hooks.example.org/a?",
        "https://hooks.example.org:99999/a",
        "https://hooks.example.org:x/a",
        "https://[::1/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://hooks.example.org/a\r\nHost: evil.org",
        "https://hooks.example.org/a b",
        "https://hooks.example.org\\@evil.org/",
        "https://hooks。example。org/a",
        "http://localhost:8000/a",
    ],
)
def test_every_other_address_is_refused(address: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(address)
    assert (refused.value.code, refused.value.kind.number) == ("webhook_address", 755)


@pytest.mark.parametrize("address", ["http://localhost:8000/a", "http://127.0.0.1/a"])
def test_this_machine_is_allowed_for_a_demonstration_alone(address: str, settings: Settings) -> None:
    settings.DEBUG = True
    assert read(address).scheme == "http"
    for other in ("http://localhost.evil.org/", "http://10.0.0.1/", "https://localhost/"):
        with pytest.raises(Refusal):
            read(other)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::1"),
    ],
)
def test_no_address_within_a_network_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """A name service that gives these: none of ours can be asked for a stranger's answers."""
    given = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_said, **_named: given)


def test_a_name_that_leads_into_a_network_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    target = read("https://hooks.example.org/a")
    answering(monkeypatch, "93.184.215.14", "93.184.215.14")
    assert resolve(target) == ["93.184.215.14"]
    answering(monkeypatch, "93.184.215.14", "10.0.0.1")
    with pytest.raises(NotAllowed):
        resolve(target)


def test_a_host_of_the_own_network_is_named_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "10.0.0.1")
    assert resolve(read("https://intra.example.org:8443/a")) == ["10.0.0.1"]
