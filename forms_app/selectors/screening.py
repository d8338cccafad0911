"""What screening found."""

from trial.models import Eligibility, Participant
from trial.protocol.criteria import verdict


def failed_criteria(participant: Participant) -> tuple[str, ...]:
    """Why a participant is not eligible, one sentence for each failed criterion; one statement."""
    judged = Eligibility.objects.filter(record__participant=participant, record__removed=False).first()
    return verdict(judged.answers()).reasons if judged else ()
