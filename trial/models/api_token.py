from enum import StrEnum
from typing import ClassVar

from django.db import models
from knox.models import AbstractAuthToken, AuthTokenManager

from trial.protocol.marker import N_


class Reach(StrEnum):
    """What a token is for."""

    READ = "read"
    WRITE = "read and write"

    @property
    def label(self) -> str:
        """In English; translated where shown."""
        return REACHES[self]


REACHES = {Reach.READ: N_("Read"), Reach.WRITE: N_("Read and write")}


class ApiTokenManager(AuthTokenManager, models.Manager["ApiToken"]):  # type: ignore[misc]
    """Finds tokens; those that are made are given back with their secret."""


class ApiToken(AbstractAuthToken, models.Model):  # type: ignore[misc]
    """A token with which a program uses the API in a person's name. Only its hash is kept."""

    objects: ClassVar[ApiTokenManager] = ApiTokenManager()

    name = models.CharField(max_length=60)
    scope = models.CharField(max_length=20, default=Reach.WRITE.value)
    # To the hour.
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(scope__in=[reach.value for reach in Reach]), name="api_token_scope_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.token_key}…"

    @property
    def reach(self) -> Reach:
        return Reach(self.scope)
