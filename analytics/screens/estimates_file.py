"""The table of an outcome as CSV: one row for each visit, numbers in full precision."""

import csv
from collections.abc import Iterable
from datetime import datetime
from io import StringIO

from analytics.exports.formats.delimited import BYTE_ORDER_MARK
from analytics.models import Description, Estimate, Run
from analytics.models.estimate import CHANGE, MEAN
from trial.protocol import STUDY
from trial.protocol.analyses import Analysis

ROWS_IN_FILE = "rows_in_file"
OBSERVED = ("n", "mean", "sd")
OF_MEAN = ("estimate", "se", "df", "lower", "upper")
OF_CHANGE = (*OF_MEAN, "statistic", "p", "p_adjusted", "lower_adjusted", "upper_adjusted")
OF_RUN = (
    *("fitted_at", "position", "data_hash", "statistics_digest", "code_version", "covariance"),
    *("covariance_fitted", "method", "df_method", "information", "adjustment", "level", "converged"),
)
HEADER = (
    *("study", "outcome", "unit", "visit"),
    *(f"observed_{name}" for name in OBSERVED),
    *(f"mean_{name}" for name in OF_MEAN),
    *(f"change_{name}" for name in OF_CHANGE),
    *("change_from", "run", *OF_RUN, "messages", "looks"),
    ROWS_IN_FILE,
)


def content(analysis: Analysis, run: Run, looks: int, *, excel: bool) -> bytes:
    """Everything that is known of the run, by visit; `looks` is how many states of the data were fitted
    so far, `excel` adds the byte order mark.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    writer.writerows(_rows(analysis, run, looks))
    return (BYTE_ORDER_MARK if excel else b"") + text.getvalue().encode()


def _rows(analysis: Analysis, run: Run, looks: int) -> Iterable[list[str]]:
    observed = {each.visit: each for each in run.descriptions.all()}
    estimates = {(each.kind, each.visit): each for each in run.estimates.all()}
    of_run = [analysis.reference, run.pk, *(getattr(run, name) for name in OF_RUN)]
    of_run += [" ".join(run.messages), looks]
    for visit in analysis.visits:
        cells = [
            *(STUDY.code, run.outcome, analysis.unit, visit),
            *_values(observed.get(visit), OBSERVED),
            *_values(estimates.get((MEAN, visit)), OF_MEAN),
            *_values(estimates.get((CHANGE, visit)), OF_CHANGE),
            *of_run,
            len(analysis.visits),
        ]
        yield [_text(cell) for cell in cells]


def _values(found: Description | Estimate | None, names: Iterable[str]) -> list[object]:
    return [None if found is None else getattr(found, name) for name in names]


def _text(value: object) -> str:
    """A float is written with the digits that give it back exactly."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)
