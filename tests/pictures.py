"""Images as a site stores them."""

from forms_app.models import Attachment
from forms_app.services import attachments
from tests.cast import Cast
from tests.forms_app.images import made
from trial.models import Participant, Record


def stored(cast: Cast, participant: Participant) -> Attachment:
    """An image of the injection."""
    record = Record.objects.get(participant=participant, form="injection")
    content = made.jpeg(made.ramp(640, 480))
    return attachments.add(
        by=cast.investigator,
        record=record,
        kind="ULTRASOUND",
        content=content,
        confirmed=True,
        caption="L3-4",
        reason="Taken from the scanner later",
    )
