from django.db import models

from trial.access import Role


class Membership(models.Model):
    """A person's role at a site, from one day to another (both included; no end = open)."""

    user = models.ForeignKey("trial.User", models.PROTECT, related_name="memberships")
    site = models.ForeignKey("trial.Site", models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.label) for role in Role])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="membership_role_code"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="membership_valid_order",
            ),
            models.UniqueConstraint(fields=["user", "site", "role", "valid_from"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} at {self.site_id}"
