from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.utils import timezone


class Purpose(StrEnum):
    """What a security key is asked for: an answer for one of these is none for another."""

    SIGN_IN = "sign-in"
    SIGNING = "signing"
    CHANGE = "change"
    CREATION = "creation"


class Challenge(models.Model):
    """What a security key was asked and has not answered yet. Whoever takes the answer deletes it."""

    user = models.ForeignKey("trial.User", models.PROTECT, related_name="challenges")
    purpose = models.CharField(max_length=10)
    # What the answer is checked with, as fido2 has it.
    state = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=[purpose.value for purpose in Purpose]),
                name="challenge_purpose_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.purpose}"
