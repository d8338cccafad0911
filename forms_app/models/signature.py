from django.db import models
from django.db.models.functions import Now

from trial.protocol.marker import N_

# What is signed
RECORD = N_("form")
VISIT = N_("visit")
CASEBOOK = N_("casebook")

SIGNED_SCOPES = (RECORD, VISIT, CASEBOOK)

# What a signature means (21 CFR 11.50)
AUTHORSHIP = N_("authorship")
REVIEW = N_("review")
APPROVAL = N_("approval")
RESPONSIBILITY = N_("responsibility")

MEANINGS = (AUTHORSHIP, REVIEW, APPROVAL, RESPONSIBILITY)


class Signature(models.Model):
    """An electronic signature of a form, a visit or a casebook, bound to the content that was shown.

    `contents` holds the hash of each signed record by its key, `content_hash` the one of all of them with
    their visits. The database sets `broken_at` when anything under it changes, by whatever path; nobody
    takes that back. `printed_name` and `role` are the signer's at the time.
    """

    scope = models.CharField(max_length=10)
    participant = models.ForeignKey("trial.Participant", models.PROTECT, related_name="signatures")
    visit = models.ForeignKey("trial.Visit", models.PROTECT, null=True, related_name="signatures")
    record = models.ForeignKey("trial.Record", models.PROTECT, null=True, related_name="signatures")
    meaning = models.CharField(max_length=20)
    signer = models.ForeignKey("trial.User", models.PROTECT, related_name="signatures")
    printed_name = models.CharField(max_length=100)
    role = models.CharField(max_length=30)
    signed_at = models.DateTimeField(db_default=Now())
    content_hash = models.CharField(max_length=64)
    contents = models.JSONField(default=dict)
    broken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(meaning__in=MEANINGS), name="signature_meaning_code"),
            models.CheckConstraint(
                condition=models.Q(content_hash__regex="^[0-9a-f]{64}$"), name="signature_content_hash_form"
            ),
            models.CheckConstraint(
                condition=models.Q(scope=RECORD, record__isnull=False)
                | models.Q(scope=VISIT, visit__isnull=False, record__isnull=True)
                | models.Q(scope=CASEBOOK, visit__isnull=True, record__isnull=True),
                name="signature_scope_of",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope}: {self.meaning} of {self.printed_name}"
