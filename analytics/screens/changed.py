"""What is different since the last run, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.models.estimate import CHANGE, MEAN
from analytics.screens.fitted import structure
from analytics.screens.numbers import NONE, decimals
from analytics.screens.visits import label
from analytics.selectors.since import Shift, Since
from trial.protocol.analyses import Analysis

LEAST = 0.005


@dataclass(frozen=True)
class ShiftRow:
    """How one estimate moved, all of it text."""

    visit: str
    what: str
    before: str
    now: str
    moved: str


@dataclass(frozen=True)
class Changed:
    """`summary` is one line for everybody, `rows` are for who wants to see each number."""

    run: int
    summary: str
    rows: tuple[ShiftRow, ...]


def words(analysis: Analysis, since: Since) -> Changed:
    """The change at the last visit stands in the summary: it is what the trial is about."""
    counted = _("{values}, {participants}").format(
        values=_more_values(since.values), participants=_more_participants(since.participants)
    )
    last = next((s for s in since.shifts if (s.kind, s.visit) == (CHANGE, analysis.visits[-1])), None)
    moved = ""
    if last:
        moved = _("; change at {visit} {moved}").format(
            visit=label(last.visit), moved=_moved(last.difference)
        )
    summary = counted + moved + _covariance(since)
    return Changed(since.before.pk, summary, tuple(_rows(analysis, since.shifts)))


def _covariance(since: Since) -> str:
    """Estimates that moved because the model is another one must not be read as what the data did."""
    if not since.refitted_otherwise:
        return ""
    before, now = (structure(run.covariance_fitted) for run in (since.before, since.now))
    return _("; another covariance was fitted: {now}, before {before}").format(now=now, before=before)


def _rows(analysis: Analysis, shifts: Iterable[Shift]) -> Iterable[ShiftRow]:
    for shift in shifts:
        what = (
            _("Mean")
            if shift.kind == MEAN
            else _("Change from {visit}").format(visit=label(analysis.reference))
        )
        numbers = decimals(shift.before), decimals(shift.now)
        yield ShiftRow(label(shift.visit), what, *numbers, _moved(shift.difference))


def _moved(difference: float | None) -> str:
    if difference is None:
        return NONE
    if difference == 0:
        return _("= unchanged")
    size = decimals(abs(difference)) if abs(difference) >= LEAST else _("less than 0.01")
    said = _("▲ {size} higher") if difference > 0 else _("▼ {size} lower")
    return said.format(size=size)


def _more_values(count: int) -> str:
    if count == 0:
        return _("as many values")
    if count > 0:
        return ngettext("{count} value more", "{count} values more", count).format(count=count)
    return ngettext("{count} value fewer", "{count} values fewer", -count).format(count=-count)


def _more_participants(count: int) -> str:
    if count == 0:
        return _("as many participants")
    if count > 0:
        return ngettext("{count} participant more", "{count} participants more", count).format(count=count)
    return ngettext("{count} participant fewer", "{count} participants fewer", -count).format(count=-count)
