from typing import ClassVar

from django.db import models
from django.utils import timezone

from trial.protocol.marker import N_

APP = "totp"
KEY = "webauthn"
KINDS = [(APP, N_("Authenticator app")), (KEY, N_("Passkey or security key"))]


class SecondFactor(models.Model):
    """What a person has, beside the password that the person knows: an authenticator app, or a key."""

    user = models.ForeignKey("trial.User", models.PROTECT, related_name="second_factors")
    kind = models.CharField(max_length=10, choices=KINDS)
    name = models.CharField(max_length=60)
    # Of an app its key, concealed; of a passkey or security key the public credential, in base 64. Empty once
    # it was removed.
    secret = models.TextField(blank=True)
    # How far it was used: of an app the period of its last code, of a key its own count. None serves twice.
    counter = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind for kind, _ in KINDS]), name="second_factor_kind_code"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at__isnull=True) ^ models.Q(secret=""),  # nosec B106
                name="second_factor_secret_until_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code on paper that opens once, for whoever has lost the second factor. Its beginning finds it."""

    user = models.ForeignKey("trial.User", models.PROTECT, related_name="recovery_codes")
    beginning = models.CharField(max_length=4)
    hash = models.CharField(max_length=128)
    created_at = models.DateTimeField(default=timezone.now)
    # When it was used, or replaced by new ones: it opens nothing any more.
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.beginning}"
