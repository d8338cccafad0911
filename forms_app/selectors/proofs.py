"""Proofs of single events, for those to whom the audit trail shows them."""

from forms_app.models import Lock
from forms_app.selectors import audit, open_points
from forms_app.selectors.audit import Told
from trial.access import Right, can
from trial.audit import proofs
from trial.audit.proofs import Proof
from trial.audit.signed_root import SignedRoot
from trial.models import User
from trial.refusals import Refusal


def of_event(person: User, number: int) -> tuple[Proof, SignedRoot]:
    """The proof of an event of a participant that the audit trail shows to a person.

    Any other event is refused as one that does not exist; one that no seal holds yet says so.
    """
    told = audit.find(person, number) if can(person, Right.VIEW_AUDIT) else None
    if told is None or not told.participant or not _may_know_all(person, told):
        raise Refusal("not_found")
    found = proofs.of_event(number)
    if found is None:
        raise Refusal("not_sealed")
    return found


def _may_know_all(person: User, told: Told) -> bool:
    """Whether the row holds nothing that is kept from the person: a proof shows every column of it."""
    if told.change.table != Lock._meta.db_table:
        return True
    report = told.change.after.get("report") or {}
    return open_points.told(person, report) == report
