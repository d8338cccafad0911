"""Visits, their windows, and the forms that belong to each.

Offsets count days from the injection (day 0, the anchor of all windows). Windows are inclusive
and made of site-local calendar dates, so no time zone arithmetic is needed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from trial.protocol.marker import N_
from trial.protocol.validation import require, require_unique

UNSCHEDULED = re.compile(r"U([1-9][0-9]?)")
ANCHOR = "INJ"
# Unscheduled visits sort after every planned one: U1 stands at 1001.
UNSCHEDULED_FROM = 1000


@dataclass(frozen=True)
class Window:
    """The dates on which a visit is on time, both ends included."""

    first: date
    target: date
    last: date

    def days_outside(self, day: date) -> int:
        """Days before (negative) or after (positive) the window; 0 inside."""
        if day < self.first:
            return (day - self.first).days
        return max((day - self.last).days, 0)


@dataclass(frozen=True)
class Visit:
    """A planned visit.

    `offset` is its target day from the anchor, `before` and `after` the days of tolerance; a
    visit without an offset has no window. `opens` names the earliest state of a participant in
    which the visit can be recorded.
    """

    code: str
    label: str
    forms: tuple[str, ...]
    opens: str
    offset: int | None = None
    before: int = 0
    after: int = 0
    enabled: bool = True

    def __post_init__(self) -> None:
        require(self.before >= 0 and self.after >= 0, f"Visit {self.code}: a tolerance is negative.")
        require_unique(list(self.forms), f"Visit {self.code}: forms")

    def window(self, anchor: date | None) -> Window | None:
        """The window, or None while the anchor is not known or the visit has no offset."""
        if anchor is None or self.offset is None:
            return None
        target = anchor + timedelta(days=self.offset)
        return Window(target - timedelta(days=self.before), target, target + timedelta(days=self.after))


@dataclass(frozen=True)
class Log:
    """A form that belongs to no visit: one entry for each event, or one in all.

    `opens` names the earliest state of a participant in which an entry can be made.
    """

    form: str
    opens: str
    repeats: bool = True


@dataclass(frozen=True)
class Schedule:
    """The visits in time order, the forms an unscheduled visit offers, and the forms of no visit."""

    visits: tuple[Visit, ...]
    unscheduled_forms: tuple[str, ...]
    logs: tuple[Log, ...] = ()

    def __post_init__(self) -> None:
        require_unique([visit.code for visit in self.visits], "Visits")
        require(any(visit.code == ANCHOR for visit in self.visits), f"The schedule lacks {ANCHOR}.")
        offsets = [visit.offset for visit in self.visits if visit.offset is not None]
        require(offsets == sorted(offsets), "Visits are not in time order.")
        require_unique([log.form for log in self.logs], "Logs")
        self._require_windows_apart()

    def _require_windows_apart(self) -> None:
        anchor = date(2000, 1, 1)
        timed = [(visit, window) for visit in self.planned if (window := visit.window(anchor))]
        for (earlier, before), (later, after) in pairwise(timed):
            # What precedes the injection may still be done on its day.
            apart = before.last <= after.first if later.code == ANCHOR else before.last < after.first
            require(apart, f"The windows of {earlier.code} and {later.code} overlap.")

    @property
    def planned(self) -> tuple[Visit, ...]:
        """The visits that are switched on."""
        return tuple(visit for visit in self.visits if visit.enabled)

    def visit(self, code: str) -> Visit | None:
        """The planned or unscheduled visit with this code, or None."""
        visit = self.declared(code)
        return visit if visit and visit.enabled else None

    def declared(self, code: str) -> Visit | None:
        """Like `visit`, and those that are switched off too: one may have been recorded before it was."""
        if self.is_unscheduled(code):
            return Visit(code, N_("Unscheduled visit"), self.unscheduled_forms, "treated")
        return next((visit for visit in self.visits if visit.code == code), None)

    def log(self, form: str) -> Log | None:
        """The log of this form, or None when the form belongs to visits."""
        return next((log for log in self.logs if log.form == form), None)

    def is_unscheduled(self, code: str) -> bool:
        """Whether this is the code of an unscheduled visit, U1 to U99."""
        return UNSCHEDULED.fullmatch(code) is not None

    def windows(self, anchor: date | None) -> dict[str, Window]:
        """The windows of the planned visits by code; none while the anchor is not known."""
        found = {visit.code: visit.window(anchor) for visit in self.planned}
        return {code: window for code, window in found.items() if window is not None}

    def position(self, code: str) -> int:
        """A sort key: planned visits in time order, then unscheduled ones by number."""
        if match := UNSCHEDULED.fullmatch(code):
            return UNSCHEDULED_FROM + int(match[1])
        return next(
            (place for place, visit in enumerate(self.visits) if visit.code == code), UNSCHEDULED_FROM - 1
        )

    def form_codes(self) -> Iterator[str]:
        """Every form code that the schedule names."""
        for visit in self.visits:
            yield from visit.forms
        yield from self.unscheduled_forms
        yield from (log.form for log in self.logs)


SCREENING_FORMS = ("consent", "demographics", "surgery", "prior_treatment", "mri", "eligibility")
OUTCOME_FORMS = ("pain", "motion", "disability")
FOLLOW_UP_FORMS = (*OUTCOME_FORMS, "interval")

# Tolerances are this study's setting; the publication states none. The pilot's summary names
# weeks 1, 2 and 12, its abstract weeks 1, 4 and 12: so W4 is declared, and switched off.
PILOT_SCHEDULE = Schedule(
    visits=(
        Visit("SCR", N_("Screening"), SCREENING_FORMS, opens="screening"),
        Visit("BL", N_("Baseline"), OUTCOME_FORMS, opens="eligible", offset=0, before=7),
        Visit("INJ", N_("Injection"), ("injection",), opens="enrolled", offset=0),
        Visit("W1", N_("Week 1"), FOLLOW_UP_FORMS, opens="treated", offset=7, before=2, after=2),
        Visit("W2", N_("Week 2"), FOLLOW_UP_FORMS, opens="treated", offset=14, before=3, after=3),
        Visit(
            "W4", N_("Week 4"), FOLLOW_UP_FORMS, opens="treated", offset=28, before=4, after=4, enabled=False
        ),
        Visit("W12", N_("Week 12"), FOLLOW_UP_FORMS, opens="treated", offset=84, before=7, after=7),
    ),
    unscheduled_forms=FOLLOW_UP_FORMS,
    logs=(
        Log("adverse_event", opens="screening"),
        Log("medication", opens="screening"),
        Log("deviation", opens="screening"),
        Log("treatment_stop", opens="enrolled", repeats=False),
        Log("withdrawal", opens="screening", repeats=False),
        Log("study_end", opens="enrolled", repeats=False),
    ),
)
