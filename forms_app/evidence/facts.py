from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms_app.checks.circumstances import Circumstances
from trial.models import (
    ConservativeTreatment,
    Demographics,
    MedialBranchBlock,
    Mri,
    Operation,
    PriorTreatment,
    Surgery,
)


@dataclass(frozen=True)
class Facts:
    """What judges of the criteria may look at. None: the form is not there yet.

    `answers` are those of the eligibility form itself, as it is being saved or as it is stored.
    """

    consent: date | None
    person: Demographics | None
    surgery: Surgery | None
    index: Operation | None
    prior: PriorTreatment | None
    treatments: list[ConservativeTreatment]
    blocks: list[MedialBranchBlock]
    mri: Mri | None
    answers: Mapping[str, Any]


def gather(circumstances: Circumstances, answers: Mapping[str, Any]) -> Facts:
    """Read the facts of a participant: a statement for each form and group."""
    return Facts(
        consent=circumstances.consent_date,
        person=circumstances.the(Demographics),
        surgery=circumstances.the(Surgery),
        index=circumstances.index_operation,
        prior=circumstances.the(PriorTreatment),
        treatments=circumstances.group_rows(ConservativeTreatment),
        blocks=circumstances.group_rows(MedialBranchBlock),
        mri=circumstances.the(Mri),
        answers=answers,
    )
