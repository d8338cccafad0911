"""Where messages may go. The environment names the hosts, and nobody else can add one.

An address is https at a host (or host:port) of FASCICLE_WEBHOOK_HOSTS. What the name resolves to is checked
before each connection, which then goes to exactly that: into private networks only for a host that stands
in FASCICLE_WEBHOOK_PRIVATE_HOSTS, too. For a demonstration, http://localhost is allowed under debugging.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from trial.refusals import Refusal

HTTPS = 443
LOCAL = ("localhost", "127.0.0.1")
# An address of IPv4 inside one of IPv6 would lead where the outer one does not show it.
CARRIERS = tuple(IPv6Network(text) for text in ("::ffff:0:0/96", "64:ff9b::/96", "2002::/16", "2001::/32"))


@dataclass(frozen=True)
class Target:
    """Where a message goes: its parts as they stand in the address."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The host as the environment and the header name it: the port only where it is not the usual one."""
        return self.host if (self.scheme, self.port) == ("https", HTTPS) else f"{self.host}:{self.port}"


class NotAllowed(Exception):
    """A name that resolves to where messages may not go."""


def read(address: str) -> Target:
    """The parts of an address. Raise Refusal when messages may not go there, in a sentence that says why."""
    target = _parts(address)
    if _is_local(target):
        return target
    if target.scheme != "https":
        raise _refused(address, _("it does not begin with https://"))
    if target.named not in settings.WEBHOOK_HOSTS:
        raise _refused(address, _("who runs the server has not allowed this host"))
    return target


def resolve(target: Target) -> list[str]:
    """The network addresses of a target. Raise OSError when it has none, NotAllowed when one is forbidden."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not (_is_local(target) or target.named in settings.WEBHOOK_PRIVATE_HOSTS):
        for each in addresses:
            if not is_public(ip_address(each.partition("%")[0])):
                raise NotAllowed(target.named)
    return addresses


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is an address of the open internet, and says plainly where it leads."""
    carried = isinstance(address, IPv6Address) and any(address in carrier for carrier in CARRIERS)
    return address.is_global and not address.is_multicast and not carried


def _parts(address: str) -> Target:
    if not (address.isascii() and address.isprintable()) or " " in address:
        raise _refused(address, _("it holds characters that no address has"))
    try:
        parts = urlsplit(address)
        port = parts.port or (HTTPS if parts.scheme == "https" else 80)
    except ValueError:
        raise _refused(address, _("it cannot be read")) from None
    if not parts.hostname:
        raise _refused(address, _("it names no host"))
    if "@" in parts.netloc or parts.query or parts.fragment or address.endswith(("?", "#")):
        raise _refused(address, _("it holds a user, a query or a fragment; the signature proves who sends"))
    return Target(parts.scheme, parts.hostname, port, parts.path or "/")


def _is_local(target: Target) -> bool:
    return settings.DEBUG and target.scheme == "http" and target.host in LOCAL


def _refused(address: str, problem: str) -> Refusal:
    return Refusal("webhook_address", address=address[:100], problem=problem)
