"""Where the numbers of a run come from, in one line for figures and files."""

from django.utils.formats import date_format

from analytics.models import Run
from trial.protocol import STUDY


def moment(run: Run) -> str:
    """When it was fitted, in UTC."""
    return f"{date_format(run.fitted_at, 'j F Y, H:i:s')} UTC"


def sentence(run: Run) -> str:
    """Run, data and code: enough to find the same numbers again."""
    return (
        f"{STUDY.code}, run {run.pk} of {run.outcome}, fitted {moment(run)}, to "
        f"{run.n_observations} values of {run.n_participants} participants. "
        f"Position {run.position}. Data hash {run.data_hash}. Code: {run.code_version}."
    )
