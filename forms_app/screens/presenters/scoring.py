"""The rules of the disability index, for the script that shows the score while somebody types."""

import json

from django.utils.translation import gettext as _

from trial.crf.answers import Answers
from trial.crf.codelists import ODI_BAND
from trial.models import Disability
from trial.protocol.scoring import odi


def rules(form: type[Answers]) -> str:
    """The rules as JSON; empty for a form without the index."""
    if form is not Disability:
        return ""
    return json.dumps(
        {
            "sections": odi.SECTIONS,
            "highest": odi.HIGHEST,
            "fewest": odi.FEWEST_ANSWERED,
            "bands": [_(ODI_BAND.label(band)) for band in odi.BANDS],
        }
    )
