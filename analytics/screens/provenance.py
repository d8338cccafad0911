"""Where the numbers of a run come from, in one line for figures and files."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.models import Run
from trial.protocol import STUDY


def moment(run: Run) -> str:
    """When it was fitted, in UTC."""
    return _("{day}, {time} UTC").format(
        day=date_format(run.fitted_at), time=date_format(run.fitted_at, "H:i:s")
    )


def sentence(run: Run) -> str:
    """Run, data and code: enough to find the same numbers again."""
    return _(
        "{study}, run {run} of {outcome}, fitted {moment}, to {values} values of {participants} "
        "participants. Position {position}. Data hash {data_hash}. Code: {code}."
    ).format(
        study=STUDY.code,
        run=run.pk,
        outcome=run.outcome,
        moment=moment(run),
        values=run.n_observations,
        participants=run.n_participants,
        position=run.position,
        data_hash=run.data_hash,
        code=run.code_version,
    )
