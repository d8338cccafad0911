"""More roles, seals of the ledger, reviews of the audit trail; a lock is no state of a record."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.core.management import CommandError
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import trial.models.event
from trial.audit import operations as ledger

STOPPED = "The upgrade stops at these accounts. No account was changed."
MEND = "Change them with SQL as the owner of the database, then start the upgrade again."
# What no account of before may be, with the accounts that are: by their user names.
ACCOUNTS_TO_MEND = {
    "The user name is the same but for capitals. Give each a name of its own": """
        select username from trial_user where lower(username) in (
            select lower(username) from trial_user group by 1 having count(*) > 1)
        order by lower(username), username
    """,
    "The user name has other signs than letters a to z, digits and . - _ @. Give it another": r"""
        select username from trial_user where lower(username) !~ '^[a-z0-9._@-]+$' order by 1
    """,
    "The person's name has angle brackets or signs that cannot be seen. Type it anew": r"""
        select username from trial_user where full_name !~ (
            '^[^<>\u0001-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f'
            || '\u2028-\u202e\u2060-\u206f\ufeff]+$')
        order by 1
    """,
    "The e-mail address is that of another account. Give each its own, or none": """
        select username from trial_user where email <> '' and lower(email) in (
            select lower(email) from trial_user group by 1 having count(*) > 1)
        order by lower(email), username
    """,
    "An administrator has another role on the same days. Let the one end before the other begins": """
        select username from trial_user u where exists (
            select from trial_membership a join trial_membership o using (user_id)
            where a.user_id = u.id and a.role = 'administrator' and o.role <> 'administrator'
            and daterange(a.valid_from, a.valid_to, '[]') && daterange(o.valid_from, o.valid_to, '[]'))
        order by 1
    """,
}


def check_accounts(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Raise CommandError with every account at which a constraint would stop, before any change."""
    found = []
    with schema_editor.connection.cursor() as cursor:
        for problem, accounts in ACCOUNTS_TO_MEND.items():
            cursor.execute(accounts)
            names = ", ".join(f"“{name}”" for (name,) in cursor.fetchall())
            found += [f"{problem}: {names}"] if names else []
    if found:
        raise CommandError("\n".join([STOPPED, *found, MEND]))


class Migration(migrations.Migration):
    dependencies = [
        ("trial", "0003_returning"),
    ]

    operations = [
        migrations.RunPython(check_accounts, migrations.RunPython.noop),
        migrations.CreateModel(
            name="AuditReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("reviewed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("events", models.PositiveIntegerField()),
                ("put", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("epoch", models.IntegerField()),
                ("from_xact", trial.models.event.TransactionId()),
                ("to_xact", trial.models.event.TransactionId()),
                ("events", models.PositiveIntegerField()),
                ("leaves", models.BinaryField()),
                ("leaves_digest", models.CharField(max_length=64)),
                ("root", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                ("hash", models.CharField(max_length=64)),
                ("key_id", models.CharField(max_length=16)),
                ("signature", models.CharField(max_length=128)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="membership",
            name="membership_role_code",
        ),
        migrations.RemoveConstraint(
            model_name="record",
            name="record_state_code",
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("investigator", "Investigator"),
                    ("sub-investigator", "Sub-investigator"),
                    ("coordinator", "Coordinator"),
                    ("monitor", "Monitor"),
                    ("data manager", "Data manager"),
                    ("medical monitor", "Medical monitor"),
                    ("statistician", "Statistician (blinded)"),
                    ("unblinded statistician", "Statistician (unblinded)"),
                    ("auditor", "Auditor"),
                    ("administrator", "Administrator"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "investigator",
                            "sub-investigator",
                            "coordinator",
                            "monitor",
                            "data manager",
                            "medical monitor",
                            "statistician",
                            "unblinded statistician",
                            "auditor",
                            "administrator",
                        ],
                    )
                ),
                name="membership_role_code",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(model_name="membership", name="membership_once"),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("user", "site", "role", "valid_from"),
                name="membership_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                expressions=[
                    (
                        models.Func(
                            models.F("user_id"),
                            models.F("user_id"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("valid_from"),
                            models.F("valid_to"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                    (
                        models.Case(
                            models.When(
                                role="administrator",
                                then=models.Func(models.Value(0), models.Value(1), function="int4range"),
                            ),
                            default=models.Func(models.Value(1), models.Value(2), function="int4range"),
                            output_field=django.contrib.postgres.fields.ranges.IntegerRangeField(),
                        ),
                        "-|-",
                    ),
                ],
                name="membership_administrator_alone",
            ),
        ),
        # Names of before may have capitals: who has one signs in with it as before.
        migrations.RunSQL(
            "update trial_user set username = lower(username) where username <> lower(username)",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("username__regex", "^[a-z0-9._@-]+$")), name="user_username_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "full_name__regex",
                        "^[^<>\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f"
                        "\\u2028-\\u202e\\u2060-\\u206f\\ufeff]+$",
                    )
                ),
                name="user_full_name_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="user_email_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("in progress", "complete"))), name="record_state_code"
            ),
        ),
        migrations.AddField(
            model_name="auditreview",
            name="reviewed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="auditreview",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="audit_reviews", to="trial.site"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="audit_review_period_order",
            ),
        ),
        ledger.track("trial_auditreview"),
        ledger.function("guard_role"),
        ledger.guard("guard_role", "trial_membership", "before insert or update"),
    ]
