"""The one place where PostgreSQL's refusals become the product's."""

from typing import Any

from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _

from trial.protocol.marker import N_
from trial.refusals import Refusal

BY_CONSTRAINT: dict[str, tuple[str, dict[str, str]]] = {
    "reason_required": ("reason_missing", {}),
    "data_frozen": ("data_frozen", {}),
    "data_locked": ("data_locked", {}),
    "data_read_committed": ("data_read_committed", {}),
    "participant_busy": ("participant_busy", {}),
    "lock_once": ("lock_covered", {"kind": N_("frozen or locked"), "scope": N_("exactly this")}),
    "lock_second_person": ("unlock_second_person", {}),
    "lock_own_name": ("unlock_second_person", {}),
    "lock_released": ("lock_released", {}),
    "membership_own": ("right", {"right": N_("give yourself a role")}),
    "participant_state_enrolment": ("not_eligible", {}),
    "record_once": ("exists", {"what": N_("This form")}),
    "visit_once": ("exists", {"what": N_("This visit")}),
    "trial_user_username_key": ("name_taken", {"what": N_("An account with this user name")}),
    "trial_site_code_key": ("name_taken", {"what": N_("A site with this code")}),
    "membership_once": ("name_taken", {"what": N_("This role from this day")}),
    "site_code_form": ("malformed", {"problem": N_("A site code has 2 to 4 digits or capital letters.")}),
    "site_last_number_range": ("malformed", {"problem": N_("The site has no participant code left.")}),
    "membership_valid_order": ("role_order", {}),
    "membership_administrator_alone": ("administrator_alone", {}),
    "user_username_form": ("username_form", {}),
    "user_full_name_form": ("full_name_form", {}),
    "user_email_once": ("mailbox_taken", {}),
}


def translate(error: IntegrityError | DataError) -> Refusal:
    """The refusal for a constraint that a write broke, or for a value that has no place in its column."""
    if isinstance(error, DataError):
        return Refusal("malformed", problem=_("A value is longer or larger than can be stored."))
    name = constraint(error)
    if name not in BY_CONSTRAINT:
        return Refusal("database", rule=name)
    code, details = BY_CONSTRAINT[name]
    said: dict[str, Any] = {place: _(words) for place, words in details.items()}
    return Refusal(code, **said)


def constraint(error: IntegrityError) -> str:
    """The name of the broken constraint; without one the first line of the message, which holds no value."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or str(error).partition("\n")[0]
