from typing import ClassVar

from django.contrib.auth import hashers
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

# In small letters only, so that two names never differ in case alone.
USERNAME = r"^[a-z0-9._@-]+$"
# Nothing that could be read as markup, is not seen, or turns the direction of what stands beside it.
FULL_NAME = r"^[^<>\u0001-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+$"


class UserManager(BaseUserManager["User"]):
    """Finds accounts for Django's sign-in; accounts are made by `services.accounts`."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """However the user name was typed, in capitals or not."""
        return self.get(username=(username or "").lower())


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

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(username__regex=USERNAME), name="user_username_form"),
            models.CheckConstraint(
                condition=models.Q(full_name__regex=FULL_NAME), name="user_full_name_form"
            ),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def sign(self) -> str:
        """What tells people apart where their names have no business to be: in a browser's store."""
        return salted_hmac("trial.models.user", str(self.pk)).hexdigest()[:16]

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's, without renewing the hash: that is a change, made by `services.accounts`."""
        return hashers.check_password(raw_password or "", self.password)
