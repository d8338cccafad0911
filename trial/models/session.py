from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class Session(AbstractBaseSession):
    """A browser that is signed in, and as whom; without a user, what a browser sent while signed out."""

    user = models.ForeignKey("trial.User", models.PROTECT, null=True, related_name="sessions")
    created_at = models.DateTimeField(default=timezone.now)
    # When the person did something last, to the minute.
    seen_at = models.DateTimeField(default=timezone.now)
    agent = models.CharField(max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    def __str__(self) -> str:
        return self.sign

    @property
    def sign(self) -> str:
        """Names a session without opening it: its key is as good as the password."""
        return salted_hmac("trial.models.session", self.session_key).hexdigest()[:16]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store
