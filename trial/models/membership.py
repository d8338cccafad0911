from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, IntegerRangeField, RangeOperators
from django.db import models
from django.db.models.expressions import Case, F, Func, Value, When

from trial.access import Role

# A person's own stretch of numbers; and two that adjoin, of the administrator and of every other role.
PERSON = Func(F("user_id"), F("user_id"), Value("[]"), function="int8range")
KIND = Case(
    When(role=Role.ADMINISTRATOR.value, then=Func(Value(0), Value(1), function="int4range")),
    default=Func(Value(1), Value(2), function="int4range"),
    output_field=IntegerRangeField(),
)
DAYS = Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange", output_field=DateRangeField())


class Membership(models.Model):
    """A person's role at a site, from one day to another (both included; no end = open).

    Once it is ended at once it holds no more, whatever its days are.
    """

    user = models.ForeignKey("trial.User", models.PROTECT, related_name="memberships")
    site = models.ForeignKey("trial.Site", models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=[(role.value, role.label) for role in Role])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="membership_role_code"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="membership_valid_order",
            ),
            models.UniqueConstraint(
                fields=["user", "site", "role", "valid_from"],
                name="membership_once",
                condition=models.Q(ended_at__isnull=True),
            ),
            # Accounts, never data: whoever looks after accounts has no other role on the same day, anywhere.
            ExclusionConstraint(
                name="membership_administrator_alone",
                expressions=[
                    (PERSON, RangeOperators.OVERLAPS),
                    (DAYS, RangeOperators.OVERLAPS),
                    (KIND, RangeOperators.ADJACENT_TO),
                ],
                condition=models.Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role} at {self.site_id}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds, or held, at the site; None while it has no end."""
        return self.site.date_of(self.ended_at) if self.ended_at else self.valid_to
