"""Where a message waits for the next page."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class PrefixedStorage(CookieStorage):
    """A cookie under the prefix that all cookies of ours have."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"
