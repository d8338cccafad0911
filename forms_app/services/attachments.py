"""Putting images to a record, and taking them out of use."""

from uuid import uuid4

from django.conf import settings

from forms_app.images import store
from forms_app.images.cleaning import cleaned
from forms_app.models import Attachment
from forms_app.models.attachment import IMAGE_KIND
from trial import typed_text
from trial.access import Right, check_right
from trial.audit.context import attributed
from trial.lifecycle import IN_PROGRESS
from trial.models import Consent, Record, User
from trial.refusals import Refusal
from trial.services.participants import lock

LONGEST_CAPTION = 200


def add(
    *,
    by: User,
    record: Record,
    kind: str,
    content: bytes,
    confirmed: bool,
    caption: str = "",
    reason: str = "",
) -> Attachment:
    """Store an image without anything that names the participant.

    `confirmed` is the word of the person that no name can be read in the picture: no machine can tell.
    Refused: no right, no confirmation, what is no image of ours or cannot be cleaned, a participant who
    did not agree to it, a record that is removed or locked, or a complete one without a reason.
    """
    check_right(by, Right.ENTER_DATA, record.participant.site)
    _check_said(kind, caption.strip(), confirmed)
    if len(content) > settings.ATTACHMENT_MB * 1024 * 1024:
        raise Refusal("image_too_large", most=settings.ATTACHMENT_MB)
    clean = cleaned(content)
    with attributed(by=by, reason=reason):
        _check_takes_images(_locked(record), reason)
        attachment = Attachment.objects.create(
            record=record,
            kind=kind,
            caption=caption.strip(),
            media_type=clean.media_type,
            size=len(clean.content),
            sha256=store.digest(clean.content),
            stored_as=uuid4(),
        )
        # After the row and before the commit: a row without its file is never seen.
        store.write(attachment.stored_as, clean.content)
    return attachment


def remove(*, by: User, attachment: Attachment, reason: str) -> Attachment:
    """Take an image out of use, with the reason. It is not shown again; row and file stay."""
    check_right(by, Right.ENTER_DATA, attachment.record.participant.site)
    if not reason.strip():
        raise Refusal("image_reason")
    with attributed(by=by, reason=reason):
        lock(attachment.record.participant)
        moved = Attachment.objects.filter(pk=attachment.pk, removed=False).update(removed=True)
        if not moved:
            raise Refusal("image_removed")
    attachment.removed = True
    return attachment


def _check_said(kind: str, caption: str, confirmed: bool) -> None:
    if kind not in IMAGE_KIND.codes:
        raise Refusal("image_not_sent")
    if problem := typed_text.problem(caption, LONGEST_CAPTION):
        raise Refusal("answers", extra={"errors": {"caption": problem}}, count=1)
    if not confirmed:
        raise Refusal("image_unconfirmed")


def _locked(record: Record) -> Record:
    """The record as it stands now; its participant is kept from changing until the transaction ends."""
    lock(record.participant)
    return Record.objects.select_related("participant").get(pk=record.pk)


def _check_takes_images(record: Record, reason: str) -> None:
    if record.removed:
        raise Refusal("record_removed")
    if record.state != IN_PROGRESS and not reason.strip():
        raise Refusal("reason_missing")
    agreed = Consent.objects.filter(record__participant=record.participant, record__removed=False, icimg="Y")
    if not agreed.exists():
        raise Refusal("image_consent", participant=record.participant.code)
