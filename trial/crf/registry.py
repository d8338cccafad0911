"""All forms, in the order of the casebook."""

from trial.crf.answers import Answers
from trial.models.consent import Consent
from trial.models.disability import Disability
from trial.models.eligibility import Eligibility
from trial.models.injection import Injection
from trial.models.motion import Motion
from trial.models.pain import Pain

FORMS: tuple[type[Answers], ...] = (Consent, Eligibility, Pain, Motion, Disability, Injection)


def form(code: str) -> type[Answers] | None:
    """The form with this code, or None."""
    return next((form for form in FORMS if form.code == code), None)


def codes() -> tuple[str, ...]:
    return tuple(form.code for form in FORMS)
