"""Why a participant is in a state, in the language of the reader."""

from django.utils.translation import gettext as _

from trial.protocol import STUDY
from trial.protocol.criteria import Criterion, reason_for


def in_words(kept: str) -> str:
    """What was kept with the state, in English, as the reader says it: failed criteria, or another reason."""
    said = _(kept) if kept else ""
    for criterion in STUDY.criteria:
        said = said.replace(reason_for(criterion), _failed(criterion))
    return said


def _failed(criterion: Criterion) -> str:
    if criterion.kind == "inclusion":
        said = _("{code} is not met: {criterion}.")
    else:
        said = _("{code} is present: {criterion}.")
    return said.format(code=criterion.code, criterion=_(criterion.label))
