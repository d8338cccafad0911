from typing import ClassVar

from django.db import models
from django.utils import timezone


class IdempotencyKey(models.Model):
    """The answer to a call of the API that carried a key: the same call with its key gets it again.

    `caller` tells the programs of one person apart: the first characters of the token, empty for a browser.
    `digest` is the SHA-256 of the method, the address and the body. `roles` are those that the person held:
    who has lost one is not given what it showed.
    """

    user = models.ForeignKey("trial.User", models.PROTECT, related_name="+")
    caller = models.CharField(max_length=25, blank=True)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    roles = models.JSONField(default=list)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "caller", "key"], name="idempotency_key_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kept_at"], name="idempotency_key_by_age"),
        ]

    def __str__(self) -> str:
        return self.key
