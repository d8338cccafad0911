"""What is announced upwards: a lower app never asks a higher one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal

if TYPE_CHECKING:
    from trial.models import Participant

# Sent after commit, with `participant`, the key of the participant whose visits or forms changed.
participant_changed = Signal()

# Sent after commit, with `deliveries`, the keys of the messages that wait for other systems.
deliveries_due = Signal()


@dataclass(frozen=True)
class _Change:
    participant: int

    def __call__(self) -> None:
        participant_changed.send_robust(sender=None, participant=self.participant)


def announce_change(participant: "Participant") -> None:
    """Announce a change of a participant's data once it is committed. A receiver that fails does no harm.

    A transaction of many saves, such as the loading of the demonstration, says it once.
    """
    change = _Change(participant.pk)
    if all(waiting != change for _, waiting, *_ in transaction.get_connection().run_on_commit):
        transaction.on_commit(change, robust=True)
