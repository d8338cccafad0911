"""Queries that are assigned, verification, signatures and locks."""

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from trial.audit import operations as ledger

ALWAYS = "before insert or update or delete"
PLAIN = ("forms_app_verification", "forms_app_signature", "forms_app_lock")
DATA = ("trial_participant", "trial_visit", "trial_record", "forms_app_comment", "forms_app_attachment")
TALK = ("forms_app_query", "forms_app_verification", "forms_app_signature")
# By table, the code of the group whose rows it holds; empty for the rows of a form.
FORMS = {
    "trial_consent": "",
    "trial_reconsent": "reconsent",
    "trial_demographics": "",
    "trial_surgery": "",
    "trial_operation": "operation",
    "trial_priortreatment": "",
    "trial_conservativetreatment": "treatment",
    "trial_medialbranchblock": "block",
    "trial_mri": "",
    "trial_eligibility": "",
    "trial_pain": "",
    "trial_motion": "",
    "trial_disability": "",
    "trial_injection": "",
    "trial_injectionside": "side",
    "trial_injectiondrug": "drug",
    "trial_injectioncomplication": "complication",
    "trial_interval": "",
    "trial_intervention": "intervention",
    "trial_adverseevent": "",
    "trial_medication": "",
    "trial_deviation": "",
    "trial_treatmentstop": "",
    "trial_withdrawal": "",
    "trial_contactattempt": "attempt",
    "trial_studyend": "",
}
# What a lock or a signature is about, and who gave it, never changes.
SIGNED = ("scope", "participant_id", "visit_id", "record_id", "meaning", "signer_id", "printed_name", "role")
LOCKED = (
    "kind",
    "scope",
    "site_id",
    "participant_id",
    "visit_id",
    "record_id",
    "set_by_id",
    "set_at",
    "reason",
)

LEDGER = [
    *(ledger.track(table) for table in PLAIN),
    ledger.fix("forms_app_verification", "record_id", "item"),
    ledger.fix("forms_app_signature", *SIGNED, "signed_at", "content_hash", "contents"),
    ledger.fix("forms_app_lock", *LOCKED),
    ledger.function("guard_verification"),
    ledger.guard("guard_verification", "forms_app_verification", "before insert or update"),
    ledger.function("mark_changed"),
    *(
        ledger.after("mark_changed", table, group)
        for table, group in {"trial_record": "", "trial_visit": "", **FORMS}.items()
    ),
    ledger.function("guard_lock"),
    *(ledger.guard("guard_lock", table, ALWAYS, "data") for table in (*DATA, *FORMS)),
    *(ledger.guard("guard_lock", table, ALWAYS, "talk") for table in TALK),
]


class Migration(migrations.Migration):
    dependencies = [
        ("forms_app", "0005_reasons"),
        ("trial", "0004_trust"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="query",
            name="assigned_to",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="query",
            name="moved_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now
            ),
        ),
        migrations.AddField(
            model_name="query",
            name="opened_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now
            ),
        ),
        migrations.AddField(
            model_name="query",
            name="raised_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="query",
            name="item",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.CreateModel(
            name="Lock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("scope", models.CharField(max_length=12)),
                ("set_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.CharField(max_length=300)),
                ("unlock_reason", models.CharField(blank=True, max_length=300)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "participant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="trial.participant",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="trial.record",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="trial.site",
                    ),
                ),
                (
                    "unlock_requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="trial.visit",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("released_at__isnull", True)),
                        fields=["scope", "record", "visit", "participant", "site"],
                        name="lock_in_force",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("frozen", "locked"))), name="lock_kind_code"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="lock_reason_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("record__isnull", False), ("scope", "form")),
                            models.Q(("record__isnull", True), ("scope", "visit"), ("visit__isnull", False)),
                            models.Q(
                                ("participant__isnull", False),
                                ("record__isnull", True),
                                ("scope", "participant"),
                                ("visit__isnull", True),
                            ),
                            models.Q(
                                ("participant__isnull", True),
                                ("record__isnull", True),
                                ("scope", "site"),
                                ("site__isnull", False),
                            ),
                            models.Q(
                                ("participant__isnull", True),
                                ("record__isnull", True),
                                ("scope", "study"),
                                ("site__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="lock_scope_of",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("released_at__isnull", True), ("released_by__isnull", True)),
                            models.Q(("released_at__isnull", False), ("released_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="lock_released_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "frozen"),
                            ("released_at__isnull", True),
                            models.Q(
                                ("unlock_requested_by__isnull", False),
                                models.Q(("released_by", models.F("unlock_requested_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="lock_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=10)),
                ("meaning", models.CharField(max_length=20)),
                ("printed_name", models.CharField(max_length=100)),
                ("role", models.CharField(max_length=30)),
                ("signed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("content_hash", models.CharField(max_length=64)),
                ("contents", models.JSONField(default=dict)),
                ("broken_at", models.DateTimeField(null=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="trial.participant",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="trial.record",
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="trial.visit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("meaning__in", ("authorship", "review", "approval", "responsibility"))
                        ),
                        name="signature_meaning_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("content_hash__regex", "^[0-9a-f]{64}$")),
                        name="signature_content_hash_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("record__isnull", False), ("scope", "form")),
                            models.Q(("record__isnull", True), ("scope", "visit"), ("visit__isnull", False)),
                            models.Q(
                                ("record__isnull", True), ("scope", "casebook"), ("visit__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="signature_scope_of",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=80)),
                ("state", models.CharField(default="verified", max_length=30)),
                ("verified_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verifications",
                        to="trial.record",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("record", "item"), name="verification_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("verified", "changed since verified", "verification withdrawn"))
                        ),
                        name="verification_state_code",
                    ),
                ],
            },
        ),
        *LEDGER,
    ]
