from django.db import models

from trial.crf.codelists import Codelist
from trial.protocol.marker import N_

IMAGE_KIND = Codelist(
    "IMAGE KIND",
    (("ULTRASOUND", N_("Ultrasound")), ("FLUOROSCOPY", N_("Fluoroscopy")), ("OTHER", N_("Other image"))),
)
MEDIA_TYPES = ("image/png", "image/jpeg", "application/dicom")


class Attachment(models.Model):
    """An image that belongs to a record, without anything that names the participant.

    The bytes stand in the folder of attachments under `stored_as`; `sha256` is theirs. The name of the
    file that was sent is not kept, because it may hold a name. Nothing is deleted: it is marked removed.
    """

    record = models.ForeignKey("trial.Record", models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=20)
    caption = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.UUIDField(unique=True)
    removed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=IMAGE_KIND.codes), name="attachment_kind_code"
            ),
            models.CheckConstraint(
                condition=models.Q(media_type__in=MEDIA_TYPES), name="attachment_media_type_code"
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="attachment_sha256_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stored_as}"
