"""From which address a request comes: what the lock-out counts by, and the list of sign-ins shows."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The client's; behind a proxy of ours the last one that it wrote down, whatever the client claimed.

    None when there is none, as on a socket, or when it is no address.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2]
    try:
        return str(ip_address(address.strip()))
    except ValueError:
        return None
