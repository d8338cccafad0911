"""What monitor, investigator and data manager did with the first participants of the demonstration.

The first was verified and signed, its screening frozen; of the second a question waits for the monitor.
"""

from functools import partial

from forms_app.demo.accounts import PASSWORD
from forms_app.models.signature import REVIEW
from forms_app.selectors import content_hash, lock_target
from forms_app.services import locks, queries, signatures, verifications
from forms_app.services.signatures import Target
from trial.access import Role
from trial.models import Participant, Record, User
from trial.services.confirmation import confirm

ASKED = "Which side was the pain at this visit? (synthetic)"
SAID = "Both; the source names the left first. (synthetic)"
FROZEN_FOR = "Verified and signed: nothing is expected to change. (synthetic)"


def show(staff: dict[Role, User]) -> None:
    """Verify and sign one participant, freeze its screening, and ask about another."""
    first, second = Participant.objects.select_related("site").order_by("code")[:2]
    _verify(staff[Role.MONITOR], first)
    _sign(staff[Role.INVESTIGATOR], first)
    screening = first.visits.get(code="SCR")
    target = lock_target.of_visit(first, screening)
    locks.freeze(by=staff[Role.DATA_MANAGER], target=target, reason=FROZEN_FOR)
    _ask(staff[Role.MONITOR], staff[Role.COORDINATOR], second)


def _verify(by: User, participant: Participant) -> None:
    shown = content_hash.of_casebook(participant).hashes
    verifications.verify_casebook(by=by, participant=participant, shown=shown)


def _sign(by: User, participant: Participant) -> None:
    target = Target(participant)
    signatures.sign(
        by=by,
        target=target,
        meaning=REVIEW,
        shown_hash=target.content().hash,
        prove=partial(confirm, user=by, password=PASSWORD, needs_code=False),
    )


def _ask(by: User, who_answers: User, participant: Participant) -> None:
    pain = Record.objects.select_related("participant__site").get(
        participant=participant, form="pain", visit__code="W1"
    )
    asked = queries.raise_query(by=by, record=pain, text=ASKED, item="nrs_avg24")
    queries.answer(by=who_answers, query=asked, explanation=SAID)
