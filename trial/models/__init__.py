"""The tables of the trial, one file for each noun."""

from trial.models.adverse_event import AdverseEvent
from trial.models.api_token import ApiToken, Reach
from trial.models.audit_review import AuditReview
from trial.models.challenge import Challenge
from trial.models.consent import Consent, Reconsent
from trial.models.delivery import Delivery
from trial.models.demographics import Demographics
from trial.models.deviation import Deviation
from trial.models.disability import Disability
from trial.models.disposition import ContactAttempt, StudyEnd, TreatmentStop, Withdrawal
from trial.models.eligibility import Eligibility
from trial.models.epoch import Epoch
from trial.models.event import Event
from trial.models.idempotency_key import IdempotencyKey
from trial.models.injection import Injection, InjectionComplication, InjectionDrug, InjectionSide
from trial.models.interval import Interval, Intervention
from trial.models.ledger_check import LedgerCheck
from trial.models.medication import Medication
from trial.models.membership import Membership
from trial.models.motion import Motion
from trial.models.mri import Mri
from trial.models.pain import Pain
from trial.models.participant import Participant
from trial.models.prior_treatment import ConservativeTreatment, MedialBranchBlock, PriorTreatment
from trial.models.record import Record
from trial.models.seal import Seal
from trial.models.second_factor import RecoveryCode, SecondFactor
from trial.models.session import Session
from trial.models.site import Site
from trial.models.surgery import Operation, Surgery
from trial.models.tally import Tally
from trial.models.user import User
from trial.models.visit import Visit
from trial.models.webhook import Happening, Webhook

__all__ = [
    "AdverseEvent",
    "ApiToken",
    "AuditReview",
    "Challenge",
    "Consent",
    "ConservativeTreatment",
    "ContactAttempt",
    "Delivery",
    "Demographics",
    "Deviation",
    "Disability",
    "Eligibility",
    "Epoch",
    "Event",
    "Happening",
    "IdempotencyKey",
    "Injection",
    "InjectionComplication",
    "InjectionDrug",
    "InjectionSide",
    "Interval",
    "Intervention",
    "LedgerCheck",
    "MedialBranchBlock",
    "Medication",
    "Membership",
    "Motion",
    "Mri",
    "Operation",
    "Pain",
    "Participant",
    "PriorTreatment",
    "Reach",
    "Reconsent",
    "Record",
    "RecoveryCode",
    "Seal",
    "SecondFactor",
    "Session",
    "Site",
    "StudyEnd",
    "Surgery",
    "Tally",
    "TreatmentStop",
    "User",
    "Visit",
    "Webhook",
    "Withdrawal",
]
