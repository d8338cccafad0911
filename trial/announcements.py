"""What is announced upwards: a lower app never asks a higher one."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal

if TYPE_CHECKING:
    from trial.models import Participant

# Sent after commit, with `participant`, the key of the participant whose visits or forms changed.
participant_changed = Signal()


def announce_change(participant: "Participant") -> None:
    """Announce a change of a participant's data once it is committed. A receiver that fails does no harm."""
    transaction.on_commit(
        lambda: participant_changed.send_robust(sender=None, participant=participant.pk), robust=True
    )
