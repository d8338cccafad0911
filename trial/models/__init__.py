"""The tables of the trial, one file for each noun."""

from trial.models.consent import Consent
from trial.models.disability import Disability
from trial.models.eligibility import Eligibility
from trial.models.epoch import Epoch
from trial.models.event import Event
from trial.models.injection import Injection, InjectionComplication, InjectionDrug, InjectionSide
from trial.models.membership import Membership
from trial.models.motion import Motion
from trial.models.pain import Pain
from trial.models.participant import Participant
from trial.models.record import Record
from trial.models.site import Site
from trial.models.user import User
from trial.models.visit import Visit

__all__ = [
    "Consent",
    "Disability",
    "Eligibility",
    "Epoch",
    "Event",
    "Injection",
    "InjectionComplication",
    "InjectionDrug",
    "InjectionSide",
    "Membership",
    "Motion",
    "Pain",
    "Participant",
    "Record",
    "Site",
    "User",
    "Visit",
]
