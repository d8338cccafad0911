"""The one place where PostgreSQL's refusals become the product's."""

from typing import Any

from django.db import DataError, IntegrityError

from trial.refusals import Refusal

BY_CONSTRAINT: dict[str, tuple[str, dict[str, Any]]] = {
    "reason_required": ("reason_missing", {}),
    "participant_state_enrolment": ("not_eligible", {}),
    "record_once": ("exists", {"what": "This form"}),
    "visit_once": ("exists", {"what": "This visit"}),
    "trial_user_username_key": ("name_taken", {"what": "An account with this user name"}),
    "trial_site_code_key": ("name_taken", {"what": "A site with this code"}),
    "membership_once": ("name_taken", {"what": "This role from this day"}),
    "site_code_form": ("malformed", {"problem": "A site code has 2 to 4 digits or capital letters."}),
    "site_last_number_range": ("malformed", {"problem": "The site has no participant code left."}),
    "membership_valid_order": ("malformed", {"problem": "A role cannot end before it starts."}),
}


def translate(error: IntegrityError | DataError) -> Refusal:
    """The refusal for a constraint that a write broke, or for a value that has no place in its column."""
    if isinstance(error, DataError):
        return Refusal("malformed", problem="A value is longer or larger than can be stored.")
    name = constraint(error)
    code, details = BY_CONSTRAINT.get(name, ("database", {"rule": name}))
    return Refusal(code, **details)


def constraint(error: IntegrityError) -> str:
    """The name of the broken constraint."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or str(error)
