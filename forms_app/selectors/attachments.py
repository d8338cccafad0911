"""The images of a record."""

import logging
from dataclasses import dataclass

from forms_app.images import store
from forms_app.models import Attachment
from trial.models import Participant, Record
from trial.refusals import Refusal
from trial.services.visits import planned_visit

logger = logging.getLogger(__name__)

# The forms that have images: what was seen while the injection was given.
WITH_IMAGES = frozenset({"injection"})


@dataclass(frozen=True)
class Numbered:
    """An image with its number in the record: the first is 1, and a removed one keeps its number."""

    number: int
    attachment: Attachment


def record(participant: Participant, visit: str, form: str) -> Record:
    """The record whose images are asked for; refused when the form has none, or nothing is saved."""
    if form not in planned_visit(visit).forms or form not in WITH_IMAGES:
        raise Refusal("form_unknown", visit=visit, form=form)
    records = Record.objects.select_related("participant__site", "visit")
    found = records.filter(participant=participant, visit__code=visit, form=form).first()
    if found is None:
        raise Refusal("not_found")
    return found


def all_of(found: Record) -> list[Numbered]:
    """Every image of a record, removed ones too, in the order in which they came; one statement."""
    attachments = Attachment.objects.filter(record=found).order_by("id")
    return [Numbered(number, attachment) for number, attachment in enumerate(attachments, start=1)]


def one(found: Record, number: int) -> Attachment:
    """The image with this number. One that was taken out of use is not shown again."""
    for each in all_of(found):
        if each.number == number and not each.attachment.removed:
            return each.attachment
    raise Refusal("not_found")


def content(attachment: Attachment) -> bytes:
    """The bytes of an image, proved to be those that were stored."""
    try:
        return store.read(attachment.stored_as, attachment.sha256)
    except store.Damaged as damage:
        logger.error("%s", damage)
        raise Refusal("image_lost") from damage
