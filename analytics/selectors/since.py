"""What a run changed against the run before it that saw other data."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, Subquery

from analytics.models import Estimate, Run
from analytics.models.run import OK


@dataclass(frozen=True)
class Shift:
    """An estimate before and now; None where a run could not state it."""

    kind: str
    visit: str
    before: float | None
    now: float | None

    @property
    def difference(self) -> float | None:
        """Now minus before, if there are both."""
        return None if self.before is None or self.now is None else self.now - self.before


@dataclass(frozen=True)
class Since:
    """How many values and participants came, or went when negative, and how each estimate moved."""

    before: Run
    now: Run
    values: int
    participants: int
    shifts: tuple[Shift, ...]

    @property
    def refitted_otherwise(self) -> bool:
        """Whether another covariance was fitted. Of early runs it is not known which."""
        return self.before.covariance_fitted not in ("", self.now.covariance_fitted)


def read(runs: Iterable[Run]) -> dict[str, Since]:
    """By outcome; without an entry where a run failed or nothing came before it.

    Two queries, when the estimates of the runs are read along.
    """
    runs = [run for run in runs if run.status == OK]
    if not runs:
        return {}
    wanted = reduce(or_, (Q(pk=_before(run)) for run in runs))
    found = {run.outcome: run for run in Run.objects.filter(wanted).prefetch_related("estimates")}
    return {run.outcome: _since(found[run.outcome], run) for run in runs if run.outcome in found}


def _before(run: Run) -> Subquery:
    earlier = Run.objects.filter(outcome=run.outcome, status=OK, pk__lt=run.pk)
    return Subquery(earlier.exclude(data_hash=run.data_hash).order_by("-pk").values("pk")[:1])


def _since(before: Run, now: Run) -> Since:
    was, is_now = _by_place(before), _by_place(now)
    places = dict.fromkeys((*is_now, *was))
    return Since(
        before=before,
        now=now,
        values=now.n_observations - before.n_observations,
        participants=now.n_participants - before.n_participants,
        shifts=tuple(Shift(*place, _value(was.get(place)), _value(is_now.get(place))) for place in places),
    )


def _by_place(run: Run) -> dict[tuple[str, str], Estimate]:
    return {(estimate.kind, estimate.visit): estimate for estimate in run.estimates.all()}


def _value(found: Estimate | None) -> float | None:
    return found.estimate if found else None
