from typing import ClassVar

from django.contrib.auth import hashers
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Finds accounts for Django's sign-in; accounts are made by `services.accounts`."""


class User(AbstractBaseUser):
    """A person with an account. What the person may do stands in memberships, by site and role."""

    username = models.CharField(_("user name"), max_length=60, unique=True)
    full_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    # An account of the demonstration has a password that everybody knows.
    is_demo = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "email"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.full_name

    @property
    def sign(self) -> str:
        """What tells people apart where their names have no business to be: in a browser's store."""
        return salted_hmac("trial.models.user", str(self.pk)).hexdigest()[:16]

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's, without renewing the hash: that is a change, made by `services.accounts`."""
        return hashers.check_password(raw_password or "", self.password)
