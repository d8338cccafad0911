"""All forms, in the order of the casebook."""

from trial.crf.answers import Answers
from trial.models.adverse_event import AdverseEvent
from trial.models.consent import Consent
from trial.models.demographics import Demographics
from trial.models.deviation import Deviation
from trial.models.disability import Disability
from trial.models.disposition import StudyEnd, TreatmentStop, Withdrawal
from trial.models.eligibility import Eligibility
from trial.models.injection import Injection
from trial.models.interval import Interval
from trial.models.medication import Medication
from trial.models.motion import Motion
from trial.models.mri import Mri
from trial.models.pain import Pain
from trial.models.prior_treatment import PriorTreatment
from trial.models.surgery import Surgery

FORMS: tuple[type[Answers], ...] = (
    Consent,
    Demographics,
    Surgery,
    PriorTreatment,
    Mri,
    Eligibility,
    Pain,
    Motion,
    Disability,
    Injection,
    Interval,
    AdverseEvent,
    Medication,
    Deviation,
    TreatmentStop,
    Withdrawal,
    StudyEnd,
)


def form(code: str) -> type[Answers] | None:
    """The form with this code, or None."""
    return next((form for form in FORMS if form.code == code), None)


def codes() -> tuple[str, ...]:
    return tuple(form.code for form in FORMS)
