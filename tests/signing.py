"""Signing as tests need it: whoever signs has proved who they are."""

from forms_app.models import Signature
from forms_app.models.signature import APPROVAL
from forms_app.services import signatures
from forms_app.services.signatures import Target
from trial.models import Participant, Record, User, Visit


def form(by: User, record: Record, meaning: str = APPROVAL) -> Signature:
    return sign(by, Target(record.participant, record.visit, record), meaning)


def visit(by: User, held: Visit, meaning: str = APPROVAL) -> Signature:
    return sign(by, Target(held.participant, held), meaning)


def casebook(by: User, participant: Participant, meaning: str = APPROVAL) -> Signature:
    return sign(by, Target(participant), meaning)


def sign(by: User, target: Target, meaning: str = APPROVAL) -> Signature:
    """Sign what is stored now."""
    shown = target.content().hash
    return signatures.sign(by=by, target=target, meaning=meaning, shown_hash=shown, prove=proved)


def proved() -> None:
    """Whoever signs is who they say."""
