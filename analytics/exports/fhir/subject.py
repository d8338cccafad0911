"""The participation of a person in the study. All that R4 and R5 say differently of it stands here.

R5 calls `individual` `subject`, `assignedArm` `assignedComparisonGroup`, and tells the state of the
participation by `progress` instead of `status`, which then only says whether the resource is in use.
The arm is not told.
"""

from analytics.exports.fhir.terms import OWN, Resource, identity, reference
from trial.lifecycle import (
    COMPLETED,
    ELIGIBLE,
    ENROLLED,
    SCREEN_FAILURE,
    SCREENING,
    TREATED,
    WITHDRAWN,
)
from trial.models import Participant

STATUS = {
    SCREENING: "screening",
    ELIGIBLE: "eligible",
    SCREEN_FAILURE: "ineligible",
    ENROLLED: "on-study",
    TREATED: "follow-up",
    COMPLETED: "off-study",
    WITHDRAWN: "withdrawn",
}


def research_subject(participant: Participant, study: str) -> Resource:
    return {
        "resourceType": "ResearchSubject",
        "id": identity("ResearchSubject", participant.code),
        "identifier": [{"system": f"{OWN}:participant", "value": participant.code}],
        "status": STATUS[participant.state],
        "study": reference("ResearchStudy", study),
        "individual": reference("Patient", identity("Patient", participant.code)),
    }
